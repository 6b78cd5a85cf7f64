/** Fields that nodes of a pipeline share. @see BaseNodeSchema of the SDK */

import { isMapping, type Mapping, type Value } from "../../../../yaml/value.ts";
import { compute } from "../../../fields/base-fields.ts";
import { bindable, isBinding } from "../../../fields/bindings.ts";
import { type InputField, input, type OutputField, output } from "../../../fields/inputs-outputs.ts";
import { identity } from "../../../fields/run-settings.ts";
import { mapOf } from "../../../schema/containers.ts";
import { choice, custom, parsePart } from "../../../schema/custom.ts";
import { aboutNodeInputs, aboutNodeOutputs } from "../../../schema/descriptions.ts";
import { anything, text, textOrNull } from "../../../schema/scalars.ts";
import { optional, type Schema } from "../../../schema/schema.ts";

/** An input of a node; a binding is printed as `{path: binding}`, without a type, which is that of its target. */
export const nodeInput: Schema<InputField | { readonly path: string }> = custom(
  (value, payload, context) =>
    isBinding(value) ? { path: value } : boundInput(parsePart(input, value, payload, context) ?? ""),
  (convert) => convert(input),
);

/** The printed form of a bound input; any other input unchanged. */
export function boundInput<T extends Value>(value: T): T | { readonly path: string } {
  if (isBinding(value)) return { path: value };
  if (!isMapping(value) || !isBinding(value.path)) return value;
  const { type: _type, ...rest }: Mapping = value;
  return { ...rest, path: value.path };
}
export const nodeInputs = mapOf(nodeInput);

const outputBinding = /^\$\{\{parent\.outputs\..*?\}\}$/;

/** Whether a text binds an output of a node to an output of the pipeline. */
export function isOutputBinding(value: unknown): value is string {
  return typeof value === "string" && outputBinding.test(value);
}

/** An output of a node: its settings, or a binding to an output of the pipeline. */
export const nodeOutput: Schema<OutputField> = bindable(output);
export const nodeOutputs = mapOf(nodeOutput);

/** Outputs of an inline command, in which any text is a path, as in the SDK. */
export const inlineOutputs = mapOf<Value>(
  choice<Value>(
    (value) => (typeof value === "string" ? text : output),
    (convert) => ({ anyOf: [convert(output), convert(text)] }),
  ),
);

/** A node with the printed form of its outputs: a bare binding where possible, any other text as a path. */
export function withPrintedOutputs(node: Mapping): Mapping {
  if (!isMapping(node.outputs)) return node;
  const printed = (value: Value | undefined): Value | undefined => {
    if (typeof value === "string") return isOutputBinding(value) ? value : { path: value, type: "uri_folder" };
    if (!isMapping(value) || !isOutputBinding(value.path)) return value;
    return ["mode", "name", "version"].some((key) => value[key] !== undefined) ? value : value.path;
  };
  const outputs: Record<string, Value | undefined> = Object.create(null);
  for (const [name, value] of Object.entries(node.outputs)) outputs[name] = printed(value);
  return Object.assign(Object.create(null), node, { outputs });
}

/** Fields of a node with a component; other fields are kept. */
export const componentNodeFields = {
  inputs: optional(nodeInputs, aboutNodeInputs),
  outputs: optional(nodeOutputs, aboutNodeOutputs),
  properties: optional(mapOf(bindable(textOrNull)), "Key-value pairs with facts about the node."),
  comment: optional(bindable(text), "Comment that Azure ML studio shows with the node."),
};

export const nodeCompute = bindable(compute);
export const nodeIdentity = bindable(identity);
export const nodeVariables = mapOf(anything);

/** Fields that are accepted but dropped: the name of a node is its key in the pipeline; the service sets the others. */
export const droppedFields: readonly string[] = [
  ...["name", "description", "experiment_name", "parent_job_name"],
  ...["id", "status", "creation_context", "log_files", "parameters", "$schema", "stage"],
];

/** A node without the dropped fields and without null fields, which the SDK does not print. */
export function withoutDroppedFields(node: Mapping): Mapping {
  const kept: Record<string, Value | undefined> = Object.create(null);
  for (const [key, value] of Object.entries(node))
    if (!droppedFields.includes(key) && value !== null) kept[key] = value;
  return kept;
}
