import type { Fix } from "../../../diagnostic.ts";
import { hasSecret } from "../../../text/mask-secrets.ts";
import { toJson } from "../../../yaml/to-json.ts";
import { isMapping, isOpaque, type Value } from "../../../yaml/value.ts";

type Pair = readonly [name: string, value: unknown];

/**
 * The mapping for a list of pairs, as other formats have it: `[LEVEL=debug]`, `[{LEVEL: debug}]` or
 * `[{name: LEVEL, value: debug}]`. None with a secret, which could not be recognized without its name.
 */
export function pairsToMapping(value: unknown, isValid: (value: unknown) => boolean): Fix | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const mapping: Record<string, unknown> = Object.create(null);
  for (const pair of value.map(pairOf)) {
    if (pair === undefined || Object.hasOwn(mapping, pair[0]) || !isValid(pair[1])) return undefined;
    mapping[pair[0]] = pair[1];
  }
  return { replaceWith: mapping };
}

function pairOf(item: Value): Pair | undefined {
  if (typeof item === "string") {
    const [, name, text] = hasSecret(item) ? [] : (/^(\w+)=(.*)$/s.exec(item) ?? []);
    return name === undefined || text === undefined ? undefined : [name, text];
  }
  if (!isMapping(item)) return undefined;
  const [first, second, ...more] = Object.keys(item);
  if (first === undefined || more.length > 0) return undefined;
  if (second === undefined) return plainPair(first, item[first]);
  const { name = item.key, value } = item;
  return typeof name === "string" ? plainPair(name, value) : undefined;
}

/** A pair with text, a number or a boolean. */
function plainPair(name: string, value: Value | undefined): Pair | undefined {
  const isPlain = value !== undefined && value !== null && !isMapping(value) && !Array.isArray(value);
  if (!isPlain || isOpaque(value) || hasSecret(`${name}=${value}`)) return undefined;
  return [name, toJson(value)];
}
