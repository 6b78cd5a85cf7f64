/** Finds the reference that the author of a wrong one probably meant. */
import { isMapping, type Mapping, type Value } from "../../yaml/value.ts";
import { closest } from "../schema/closest.ts";

/** The values that a command can refer to. */
export type References = Readonly<Record<string, Value | undefined>>;

/** `${{kind.name}}` with this name, or with the closest one. */
export function closestReference(kind: string, name: string, ports: Mapping): string | undefined {
  const found = Object.hasOwn(ports, name) ? name : closest(name, Object.keys(ports));
  return found === undefined ? undefined : `\${{${kind}.${found}}}`;
}

/**
 * The reference for a text in `${{...}}` that begins with no kind of value: the kind is misspelt (`output.x`), has
 * other names before it (`steps.prep.outputs.x`), or is missing; then the name is unique among all kinds.
 */
export function guessReference(text: string, references: References): string | undefined {
  const parts = text.slice(3, -2).trim().split(".");
  const name = parts.pop() ?? "";
  const kinds = Object.keys(references);
  const kind = closest(parts.at(-1) ?? "", kinds);
  if (kind !== undefined) return closestReference(kind, name, portsOf(references[kind]));
  const [only, ...others] = kinds.filter((each) => Object.hasOwn(portsOf(references[each]), name));
  return only === undefined || others.length > 0 ? undefined : `\${{${only}.${name}}}`;
}

function portsOf(ports: Value | undefined): Mapping {
  return isMapping(ports) ? ports : {};
}
