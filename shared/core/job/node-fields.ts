/** Fields that nodes of a pipeline share. @see BaseNodeSchema of the SDK */
import { isMapping, type Mapping, type Value } from "../yaml/value.ts";
import { bindable, hasBinding, isBinding } from "./bindings.ts";
import { compute } from "./fields.ts";
import { type InputField, input, output } from "./inputs-outputs.ts";
import { identity } from "./run-settings.ts";
import { anything, jsonSchema, mapOf, optional, type Piece, piece, readBy, text, textOrNull } from "./schema.ts";

/** An input of a node: a binding prints as `{path: binding}`, and its type is that of what it names. */
export const nodeInput: Piece<InputField | Mapping> = piece(
  (value, report) => {
    if (isBinding(value)) return { path: value };
    if (isMapping(value) && isBinding(value.path)) {
      const { type: _type, ...rest } = (readBy(input, value, report) ?? {}) as Mapping;
      return rest;
    }
    return readBy(input, value, report) as InputField;
  },
  () => ({ anyOf: [jsonSchema(input), { type: "string" }] }),
);
export const nodeInputs = mapOf(nodeInput);

const outputBinding = /^\$\{\{parent\.outputs\..*?\}\}$/;

/** An output of a node: what it is, or the output of the pipeline that it becomes. */
export const nodeOutput: Piece<Value> = piece(
  (value, report) => {
    if (typeof value === "string" && hasBinding(value)) return value;
    return readBy(output, value, report) as Value;
  },
  () => ({ anyOf: [jsonSchema(output), { type: "string", pattern: "\\$\\{\\{" }] }),
);
export const nodeOutputs = mapOf(nodeOutput);

/** A node whose bound outputs print as their binding alone, where they say no more than a type. */
export function withShortOutputs(node: Mapping): Mapping {
  if (!isMapping(node.outputs)) return node;
  const short = (value: Value | undefined): Value | undefined => {
    if (!isMapping(value) || typeof value.path !== "string" || !outputBinding.test(value.path)) return value;
    return ["mode", "name", "version"].some((key) => value[key] !== undefined) ? value : value.path;
  };
  const outputs = Object.fromEntries(Object.entries(node.outputs).map(([name, value]) => [name, short(value)]));
  return Object.assign(Object.create(null), node, { outputs: Object.assign(Object.create(null), outputs) });
}

/** Fields of a node whose component is known; its other fields are kept. */
export const componentNodeFields = {
  inputs: optional(nodeInputs),
  outputs: optional(nodeOutputs),
  properties: optional(mapOf(bindable(textOrNull))),
  comment: optional(bindable(text)),
};

export const nodeCompute = bindable(compute as Piece<string>);
export const nodeIdentity = bindable(identity);
export const nodeVariables = mapOf(anything);

/** What a node may be given and does not keep: its place in the pipeline is its name, and the service writes the rest. */
export const forgotten: readonly string[] = [
  ...["name", "description", "experiment_name", "parent_job_name"],
  ...["id", "status", "creation_context", "log_files", "parameters", "$schema", "stage"],
];

/** A node without what it does not keep, and without fields that are empty: the SDK prints none. */
export function keptFields(node: Mapping): Mapping {
  const kept: Record<string, Value | undefined> = Object.create(null);
  for (const [key, value] of Object.entries(node)) if (!forgotten.includes(key) && value !== null) kept[key] = value;
  return kept;
}
