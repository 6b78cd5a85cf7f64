import { isFloat, isMapping, isOpaque, numberOf, type Value } from "./value.ts";

/** Node has it since version 21; TypeScript does not know it yet. @see https://github.com/tc39/proposal-json-parse-with-source */
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };

/** Plain values that `JSON.stringify` prints exactly: big integers in full, `1.0` as such. What is not finite becomes null, a date its text. */
export function toJson(value: Value | undefined): unknown {
  if (typeof value === "bigint") return rawJSON(String(value));
  if (isFloat(value)) return floatToJson(numberOf(value) ?? 0);
  if (isOpaque(value)) return value.text;
  if (Array.isArray(value)) return value.map(toJson);
  if (!isMapping(value)) return value;
  const copy: Record<string, unknown> = Object.create(null);
  for (const key of Object.keys(value)) if (value[key] !== undefined) copy[key] = toJson(value[key]);
  return copy;
}

function floatToJson(value: number): unknown {
  if (!Number.isFinite(value)) return null;
  const text = Object.is(value, -0) ? "-0" : String(value);
  return rawJSON(/^-?[0-9]+$/.test(text) ? `${text}.0` : text);
}
