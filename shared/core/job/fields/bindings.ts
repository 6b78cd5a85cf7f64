/**
 * Bindings: references of pipeline nodes to inputs, outputs and other nodes.
 * @see get_all_data_binding_expressions of the SDK
 */

import { choice, custom } from "../schema/custom.ts";
import type { Schema } from "../schema/schema.ts";
import type { Widen } from "./run-settings.ts";

const opening = "${" + "{";
const closing = "}}";

/** Whether a text contains a binding: `${{`, optional blanks, a name without blanks, optional blanks, `}}`. */
export function hasBinding(value: unknown): value is string {
  return typeof value === "string" && value.includes(opening) && value.includes(closing) && containsBinding(value);
}

/** Scans word by word, because a regular expression would rescan the text from each of up to a million openings. */
function containsBinding(text: string): boolean {
  // isOpen: the previous word opened a binding that the next word may close. isNameless: its name has not been read.
  let isOpen = false;
  let isNameless = false;
  for (const [word] of text.matchAll(/\S+/g)) {
    if (isNameless ? word.includes(closing) : isOpen && word.startsWith(closing)) return true;
    const at = word.indexOf(opening);
    if (at >= 0 && word.includes(closing, at + opening.length)) return true;
    isOpen = isNameless || at >= 0;
    isNameless = word.endsWith(opening);
  }
  return false;
}

/** The JSON Schema of a text that contains a binding. */
export const bindingSchema = { type: "string", pattern: String.raw`\$\{\{\s*\S*?\s*\}\}` };

/** Whether a text is exactly one binding. */
export function isBinding(value: unknown): value is string {
  if (typeof value !== "string" || value.length < opening.length + closing.length) return false;
  if (!value.startsWith(opening) || !value.endsWith(closing)) return false;
  return !/\s/.test(value.slice(opening.length, -closing.length).trim());
}

const lineEnd = /[\n\r\u2028\u2029]/g;

/** Every `${{...}}` of a text that does not span lines, in order. */
export function* bindingsIn(text: string): Generator<string> {
  let close = -1;
  let stop = -1;
  for (let at = text.indexOf(opening); at >= 0; ) {
    const inner = at + opening.length;
    if (close < inner) close = text.indexOf(closing, inner);
    if (close < 0) return;
    if (stop < inner) stop = nextLineEnd(text, inner);
    if (close < stop) yield text.slice(at, close + closing.length);
    at = text.indexOf(opening, Math.min(close + closing.length, stop));
  }
}

function nextLineEnd(text: string, from: number): number {
  lineEnd.lastIndex = from;
  return lineEnd.exec(text)?.index ?? text.length;
}

/** The target of a binding. */
export type Binding =
  | { readonly kind: "input" | "output"; readonly name: string }
  | { readonly kind: "node"; readonly node: string; readonly port: "inputs" | "outputs"; readonly name: string };

/**
 * The parts of `${{parent.inputs.x}}`, `${{parent.outputs.x}}` and `${{parent.jobs.node.outputs.x}}`; undefined for
 * any other text.
 */
export function parseBinding(value: string): Binding | undefined {
  const [, kind, rest = ""] = /^\$\{\{parent\.(inputs|outputs|jobs)\.(.*?)\}\}$/.exec(value) ?? [];
  if (kind === undefined) return undefined;
  if (kind !== "jobs") return { kind: kind === "inputs" ? "input" : "output", name: rest };
  const [node = "", port = "", ...names] = rest.split(".");
  return port === "inputs" || port === "outputs" ? { kind: "node", node, port, name: names.join(".") } : undefined;
}

/** The old form of a binding, which Azure ML rejects on submission. */
export const legacyBinding = /^\$\{\{(?:inputs|outputs|jobs)\..*?\}\}$/;

/** A text with a binding. `never` is assignable to every type of field; no code depends on the types of node fields. */
const bound: Schema<never> = custom((value) => value as never, bindingSchema);

/** Extends a type of a node's field with texts that contain a binding, which are kept unchanged. */
export const bindable: Widen = (type) =>
  choice(
    (value) => (hasBinding(value) ? bound : type),
    (convert) => ({ anyOf: [convert(type), convert(bound)] }),
  );
