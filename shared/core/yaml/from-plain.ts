import { exactInteger } from "./resolve-scalar.ts";
import { isFloat, isOpaque, type Mapping, toFloat, type Value } from "./value.ts";

/**
 * Converts JavaScript values to values of a document: whole numbers become ints, undefined members are omitted, and
 * undefined items become null, as in JSON.
 * @throws TypeError for values that no document can contain, RangeError for values nested deeper than `depth`.
 */
export function fromPlain(value: unknown, depth: number): Value {
  if (depth < 0) throw new RangeError("nested too deep");
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "bigint") return exactInteger(value);
  // Adding 0 turns -0, which is not a value of an int, into 0.
  if (typeof value === "number") return Number.isInteger(value) ? value + 0 : toFloat(value);
  if (isFloat(value) || isOpaque(value)) return value;
  if (Array.isArray(value)) return Array.from(value, (item) => fromPlain(item ?? null, depth - 1));
  if (typeof value !== "object") throw new TypeError(`a ${typeof value} is not a valid value`);
  return isRawJson(value) ? fromRawJson(String(value.rawJSON)) : mappingFromPlain(value, depth);
}

/** Whether a value is an exact number, as `toJson` creates it. */
function isRawJson(value: object): value is { readonly rawJSON: string } {
  return Object.isFrozen(value) && Object.hasOwn(value, "rawJSON");
}

function fromRawJson(text: string): Value {
  return /^-?[0-9]+$/.test(text) ? exactInteger(BigInt(text)) : toFloat(Number(text), text);
}

function mappingFromPlain(value: object, depth: number): Mapping {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype)
    throw new TypeError(`a ${value.constructor.name} is not a valid value`);
  const copy: Record<string, Value> = Object.create(null);
  for (const [key, member] of Object.entries(value)) {
    if (member !== undefined) copy[key] = fromPlain(member, depth - 1);
  }
  return copy;
}
