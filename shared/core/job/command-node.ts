/** A node that runs a command: of a component, or a command job written inline. @see CommandSchema and PipelineCommandJobSchema of the SDK */
import { isMapping, type Mapping } from "../yaml/value.ts";
import { bindable } from "./bindings.ts";
import { commandSettings } from "./command-job.ts";
import { commandComponent, componentField, nodeDistribution, nodeQueueSettings, nodeResources } from "./components.ts";
import { environment } from "./environment.ts";
import { baseFields, readOnlyFields, service } from "./fields.ts";
import { inputs } from "./inputs-outputs.ts";
import { componentNodeFields, inlineOutputs, keptFields, nodeCompute, nodeIdentity, nodeVariables } from "./node-fields.ts";
import { commandLimitFields, commandLimits } from "./run-settings.ts";
import { fields, jsonSchema, mapOf, optional, type Piece, piece, readBy, text, textOrNull, word } from "./schema.ts";

const ofComponent = fields(
  {
    type: optional(word(["command"])),
    component: componentField(commandComponent),
    ...componentNodeFields,
    compute: optional(nodeCompute),
    limits: optional(fields(commandLimitFields(bindable))),
    environment: optional(bindable(environment)),
    environment_variables: optional(nodeVariables),
    resources: optional(nodeResources),
    distribution: optional(nodeDistribution),
    queue_settings: optional(nodeQueueSettings),
    services: optional(mapOf(bindable(service))),
    identity: optional(nodeIdentity),
    // They belong to the component; the SDK reads them here and forgets them.
    command: optional(text),
    code: optional(textOrNull),
  },
  { unknown: "keep" },
);

const inline = fields(
  {
    ...baseFields,
    ...commandSettings,
    type: optional(word(["command"])),
    environment: optional(environment),
    limits: optional(commandLimits),
    inputs: optional(inputs),
    outputs: optional(inlineOutputs),
    parent_job_name: optional(text),
  },
  { readOnly: readOnlyFields, what: "a node" },
);

/** Settings that a node takes from its component where it has none of its own. */
const inherited = ["resources", "distribution"] as const;

export const commandNode: Piece<Mapping> = piece(
  (value, report) => {
    if (!isMapping(value) || !Object.hasOwn(value, "component")) return { ...(readBy(inline, value, report) as Mapping), type: "command" };
    const { command: _command, code: _code, ...node } = (readBy(ofComponent, value, report) ?? {}) as Mapping;
    return { ...inheritedFrom(node.component, inherited), ...keptFields(node), type: "command" };
  },
  () => ({ anyOf: [jsonSchema(ofComponent), jsonSchema(inline)] }),
);

/** The settings of a component that its node takes over. */
export function inheritedFrom(component: unknown, names: readonly string[]): Mapping {
  if (!isMapping(component)) return {};
  return Object.fromEntries(names.flatMap((name) => (component[name] === undefined ? [] : [[name, component[name]]])));
}
