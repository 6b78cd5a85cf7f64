import { exactInteger } from "./resolve-scalar.ts";
import { isFloat, isOpaque, toFloat, type Value } from "./value.ts";

/**
 * Values that a program made, as a document would have them: whole numbers are ints. Undefined members are left out, and undefined items are null, as in JSON.
 * @throws TypeError for what no document can hold, and RangeError for what is nested deeper than `depth`.
 */
export function fromPlain(value: unknown, depth: number): Value {
  if (depth < 0) throw new RangeError("nested too deep");
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "bigint") return exactInteger(value);
  if (typeof value === "number") {
    // There is no -0 among whole numbers.
    return Number.isInteger(value) ? value + 0 : toFloat(value);
  }
  if (isFloat(value) || isOpaque(value)) return value;
  if (Array.isArray(value)) return Array.from(value, (item) => fromPlain(item ?? null, depth - 1));
  if (typeof value !== "object") throw new TypeError(`a ${typeof value} is no value`);
  // Exact numbers of `toJson`.
  if (Object.isFrozen(value) && Object.hasOwn(value, "rawJSON"))
    return fromRaw(String((value as { rawJSON: unknown }).rawJSON));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype)
    throw new TypeError(`a ${value.constructor.name} is no value`);
  const copy: Record<string, Value> = Object.create(null);
  for (const key of Object.keys(value)) {
    const member = (value as Record<string, unknown>)[key];
    if (member !== undefined) copy[key] = fromPlain(member, depth - 1);
  }
  return copy;
}

function fromRaw(text: string): Value {
  return /^-?[0-9]+$/.test(text) ? exactInteger(BigInt(text)) : toFloat(Number(text), text);
}
