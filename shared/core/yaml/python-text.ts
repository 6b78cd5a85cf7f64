import { pythonTimestamp } from "./timestamp.ts";
import { isFloat, isInteger, isMapping, isOpaque, numberOf, type Value } from "./value.ts";

/** A float as Python prints it: `1.0`, `1e-05`, `1e+16`, `inf`. */
export function pythonFloat(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  // Both print the shortest digits, but Python uses exponents from 1e16 and below 1e-4, JavaScript from 1e21 and
  // below 1e-6.
  const size = Math.abs(value);
  if (size >= 1e16 || (size < 1e-4 && size > 0)) return value.toExponential().replace(/e([+-])(\d)$/, "e$10$2");
  const text = Object.is(value, -0) ? "-0" : String(value);
  return text.includes(".") ? text : `${text}.0`;
}

/** Python's `str(value)`, which the SDK sends for a value of another type in a text field. */
export function pythonText(value: Value): string {
  return typeof value === "string" ? value : pythonRepr(value);
}

function pythonRepr(value: Value): string {
  if (typeof value === "string") return quoted(value);
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (isInteger(value)) return String(value);
  if (typeof value === "number" || isFloat(value)) return pythonFloat(numberOf(value) ?? 0);
  if (isOpaque(value)) return pythonTimestamp(value.text) ?? value.text;
  if (isMapping(value)) {
    const members = Object.entries(value).flatMap(([key, member]) =>
      member === undefined ? [] : [`${quoted(key)}: ${pythonRepr(member)}`],
    );
    return `{${members.join(", ")}}`;
  }
  return `[${value.map(pythonRepr).join(", ")}]`;
}

function quoted(text: string): string {
  const escaped = text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\r", "\\r").replaceAll("\t", "\\t");
  return escaped.includes("'") && !escaped.includes('"') ? `"${escaped}"` : `'${escaped.replaceAll("'", "\\'")}'`;
}
