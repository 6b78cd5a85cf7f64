import { type Float, floatText, isFloat, isMapping, isOpaque, numberOf, type Value } from "./value.ts";

/**
 * Available since Node 21; not yet declared by TypeScript.
 * @see https://github.com/tc39/proposal-json-parse-with-source
 */
declare global {
  interface JSON {
    rawJSON(text: string): unknown;
  }
}

/**
 * Plain values that `JSON.stringify` prints exactly: big integers with all digits, `1.0` as `1.0`, `1e5` as received.
 * Non-finite numbers become null; dates become text.
 */
export function toJson(value: Value | undefined): unknown {
  if (typeof value === "bigint") return JSON.rawJSON(String(value));
  if (isFloat(value)) return floatToJson(value);
  if (isOpaque(value)) return value.text;
  if (Array.isArray(value)) return value.map(toJson);
  if (!isMapping(value)) return value;
  const copy: Record<string, unknown> = Object.create(null);
  for (const key of Object.keys(value)) if (value[key] !== undefined) copy[key] = toJson(value[key]);
  return copy;
}

function floatToJson(value: Float): unknown {
  if (value.text !== undefined) return JSON.rawJSON(value.text);
  const number = numberOf(value) ?? 0;
  return Number.isFinite(number) ? JSON.rawJSON(floatText(number)) : null;
}
