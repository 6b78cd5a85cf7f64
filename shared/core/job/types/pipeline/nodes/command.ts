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
import { byField, mapOf } from "../../../schema/containers.ts";
import { transformed } from "../../../schema/custom.ts";
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
import { enumOf } from "../../../schema/enums.ts";
import { fields } from "../../../schema/fields.ts";
import { text, textOrNull } from "../../../schema/scalars.ts";
import { optional, required } from "../../../schema/schema.ts";
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
    type: optional(enumOf(["command"]), aboutNodeType),
    component: required(componentField(commandComponent), aboutComponent),
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
    // Fields of the component, which the SDK accepts on the node and ignores.
    command: optional(text, aboutComponentField),
    code: optional(textOrNull, aboutComponentField),
  },
  { unknown: "keep" },
);

const inlineJob = fields(
  {
    ...baseFields,
    ...commandSettings,
    type: optional(enumOf(["command"]), aboutNodeType),
    compute: optional(nodeCompute, aboutCompute),
    environment: optional(environment, aboutEnvironment),
    limits: optional(commandLimits, aboutLimits),
    inputs: optional(inputs, aboutNodeInputs),
    outputs: optional(inlineOutputs, aboutNodeOutputs),
    parent_job_name: optional(text, aboutUnused),
  },
  { readOnly: readOnlyFields, expected: "a node" },
);

/** Settings that a node inherits from its component unless it has its own. */
const inherited = ["resources", "distribution"] as const;

export const commandNode = byField(
  "component",
  transformed<Mapping, Mapping>(componentNode, ({ command: _command, code: _code, ...node }) => ({
    ...inheritedFrom(node.component, inherited),
    ...withoutDroppedFields(node),
    type: "command",
  })),
  transformed<Mapping, Mapping>(inlineJob, (job) => ({ ...job, type: "command" })),
);

/** The named settings of a component, which its node inherits. */
export function inheritedFrom(component: unknown, names: readonly string[]): Mapping {
  if (!isMapping(component)) return {};
  return Object.fromEntries(names.flatMap((name) => (component[name] === undefined ? [] : [[name, component[name]]])));
}
