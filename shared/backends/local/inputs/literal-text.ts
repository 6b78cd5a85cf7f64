import { isFloat, numberOf, type Value } from "../../../core/yaml/value.ts";

/** Converts a literal to text as Python's `str`, like the SDK. */
export function literalText(value: Value): string {
  if (typeof value === "boolean") return value ? "True" : "False";
  const number = numberOf(value);
  if (typeof value === "string" || typeof value === "bigint" || number === undefined) return String(value);
  return isFloat(value) || !Number.isInteger(number) ? pythonFloat(number) : String(number);
}

/** Python uses an exponent of at least two digits below 1e-4 and from 1e16. */
function pythonFloat(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value < 0 ? "-inf" : "inf";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) return value.toExponential().replace(/e([+-])(\d)$/, "e$10$2");
  return Number.isInteger(value) ? `${Object.is(value, -0) ? "-0" : value}.0` : String(value);
}
