/**
 * A node that runs a command: that of a component, or an inline command job.
 * @see CommandSchema and PipelineCommandJobSchema of the SDK
 */
import { isMapping, type Mapping } from "../../../../yaml/value.ts";
import { baseFields, readOnlyFields, service } from "../../../fields/base-fields.ts";
import { bindable } from "../../../fields/bindings.ts";
import { environment } from "../../../fields/environment.ts";
import { inputs } from "../../../fields/inputs-outputs.ts";
import { commandLimitFields, commandLimits } from "../../../fields/run-settings.ts";
import { fields, mapOf, schemaByField } from "../../../schema/containers.ts";
import {
  aboutComponent,
  aboutComponentField,
  aboutCompute,
  aboutDistribution,
  aboutEnvironment,
  aboutIdentity,
  aboutLimits,
  aboutNodeInputs,
  aboutNodeOutputs,
  aboutNodeType,
  aboutQueue,
  aboutResources,
  aboutServices,
  aboutUnused,
  aboutVariables,
} from "../../../schema/descriptions.ts";
import { word } from "../../../schema/enums.ts";
import { text, textOrNull } from "../../../schema/scalars.ts";
import { field, jsonSchema, optional, type Piece, piece, readBy } from "../../../schema/schema.ts";
import { commandSettings } from "../../command/job.ts";
import {
  commandComponent,
  componentField,
  nodeDistribution,
  nodeQueueSettings,
  nodeResources,
} from "../components/components.ts";
import {
  componentNodeFields,
  inlineOutputs,
  nodeCompute,
  nodeIdentity,
  nodeVariables,
  withoutDroppedFields,
} from "./node-fields.ts";

const componentNode = fields(
  {
    type: optional(word(["command"]), aboutNodeType),
    component: field(componentField(commandComponent), aboutComponent),
    ...componentNodeFields,
    compute: optional(nodeCompute, aboutCompute),
    limits: optional(fields(commandLimitFields(bindable)), aboutLimits),
    environment: optional(bindable(environment), aboutEnvironment),
    environment_variables: optional(nodeVariables, aboutVariables),
    resources: optional(nodeResources, aboutResources),
    distribution: optional(nodeDistribution, aboutDistribution),
    queue_settings: optional(nodeQueueSettings, aboutQueue),
    services: optional(mapOf(bindable(service)), aboutServices),
    identity: optional(nodeIdentity, aboutIdentity),
    // They belong to the component; the SDK accepts them here and ignores them.
    command: optional(text, aboutComponentField),
    code: optional(textOrNull, aboutComponentField),
  },
  { unknown: "keep" },
);

const inlineJob = fields(
  {
    ...baseFields,
    ...commandSettings,
    type: optional(word(["command"]), aboutNodeType),
    environment: optional(environment, aboutEnvironment),
    limits: optional(commandLimits, aboutLimits),
    inputs: optional(inputs, aboutNodeInputs),
    outputs: optional(inlineOutputs, aboutNodeOutputs),
    parent_job_name: optional(text, aboutUnused),
  },
  { readOnly: readOnlyFields, what: "a node" },
);

/** Settings that a node inherits from its component unless it has its own. */
const inherited = ["resources", "distribution"] as const;

export const commandNode: Piece<Mapping> = piece(
  (value, report) => {
    if (!isMapping(value) || !Object.hasOwn(value, "component"))
      return { ...(readBy(inlineJob, value, report) as Mapping), type: "command" };
    const { command: _command, code: _code, ...node } = (readBy(componentNode, value, report) ?? {}) as Mapping;
    return { ...inheritedFrom(node.component, inherited), ...withoutDroppedFields(node), type: "command" };
  },
  () => schemaByField("component", jsonSchema(componentNode), jsonSchema(inlineJob)),
);

/** The named settings of a component, which its node inherits. */
export function inheritedFrom(component: unknown, names: readonly string[]): Mapping {
  if (!isMapping(component)) return {};
  return Object.fromEntries(names.flatMap((name) => (component[name] === undefined ? [] : [[name, component[name]]])));
}
