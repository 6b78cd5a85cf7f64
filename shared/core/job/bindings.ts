/** Bindings: how nodes of a pipeline name inputs, outputs and each other. @see get_all_data_binding_expressions of the SDK */
import type { Value } from "../yaml/value.ts";
import { jsonSchema, piece, readBy } from "./piece.ts";
import type { Widen } from "./run-settings.ts";

const anywhere = /\$\{\{\s*\S*?\s*\}\}/;
const whole = /^\$\{\{\s*\S*?\s*\}\}$/;

/** A text with a binding in it. */
export function hasBinding(value: unknown): value is string {
  return typeof value === "string" && anywhere.test(value);
}

/** The JSON Schema of a text with a binding in it. */
export const bindingSchema = { type: "string", pattern: anywhere.source };

/** A text that is one binding. */
export function isBinding(value: unknown): value is string {
  return typeof value === "string" && whole.test(value);
}

/** What a binding names. */
export type Binding =
  | { readonly kind: "input" | "output"; readonly name: string }
  | { readonly kind: "node"; readonly node: string; readonly port: "inputs" | "outputs"; readonly name: string };

/** The parts of `${{parent.inputs.x}}`, `${{parent.outputs.x}}` and `${{parent.jobs.node.outputs.x}}`; undefined for any other text. */
export function parseBinding(value: string): Binding | undefined {
  const [, kind, rest = ""] = /^\$\{\{parent\.(inputs|outputs|jobs)\.(.*?)\}\}$/.exec(value) ?? [];
  if (kind === undefined) return undefined;
  if (kind !== "jobs") return { kind: kind === "inputs" ? "input" : "output", name: rest };
  const [node = "", port = "", ...names] = rest.split(".");
  return port === "inputs" || port === "outputs" ? { kind: "node", node, port, name: names.join(".") } : undefined;
}

/** The old form, which Azure ML refuses on submission. */
export const oldBinding = /^\$\{\{(?:inputs|outputs|jobs)\..*?\}\}$/;

/** A field of a node takes a text with a binding in place of its value; it is kept as it came. */
export const bindable: Widen = (type) =>
  piece(
    (value, report) => (hasBinding(value) ? (value as never) : (readBy(type, value as Value | undefined, report) as never)),
    () => ({ anyOf: [jsonSchema(type), bindingSchema] }),
  );
