import { pythonFloat } from "../../../../core/yaml/python-text.ts";
import { isFloat, isInteger, isMapping, numberOf, type Value } from "../../../../core/yaml/value.ts";
import { sortedKeys } from "../../../../core/yaml/write-yaml.ts";

/**
 * JSON as Python's `json.dumps(value, sort_keys=True)` writes it: with a blank after commas and colons, and in ASCII
 * only.
 */
export function pythonJson(value: Value): string {
  return printed(value, sortedKeys);
}

/** JSON as Python's `json.dumps(value)` writes it, with keys in their order. */
export function orderedPythonJson(value: Value): string {
  return printed(value, Object.keys);
}

function printed(value: Value, keysOf: (mapping: object) => readonly string[]): string {
  if (typeof value === "string") return quoted(value);
  if (value === null || typeof value === "boolean") return String(value);
  if (isInteger(value)) return String(value);
  if (typeof value === "number" || isFloat(value))
    return pythonFloat(numberOf(value) ?? 0)
      .replace("inf", "Infinity")
      .replace("nan", "NaN");
  if (Array.isArray(value)) return `[${value.map((item: Value) => printed(item, keysOf)).join(", ")}]`;
  if (!isMapping(value)) throw new TypeError("JSON has no dates.");
  const members = keysOf(value).flatMap((key) =>
    value[key] === undefined ? [] : [`${quoted(key)}: ${printed(value[key], keysOf)}`],
  );
  return `{${members.join(", ")}}`;
}

function quoted(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[\u007f-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
