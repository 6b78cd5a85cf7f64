import { pythonFloat, pythonText } from "../../../../shared/core/yaml/python-text.ts";
import {
  isBinary,
  isDate,
  isFloat,
  isInteger,
  isMapping,
  isOpaque,
  numberOf,
  type Value,
} from "../../../../shared/core/yaml/value.ts";

/** A value in an answer of PyYAML, in the form of test/parity/pyyaml.py. */
export type Tagged = readonly [kind: string, value?: unknown];

/** Converts a value to the form of PyYAML's answers. */
export function tagged(value: Value): Tagged {
  if (value === null) return ["null"];
  if (typeof value === "boolean") return ["bool", value];
  if (typeof value === "string") return ["str", value];
  if (isInteger(value)) return ["int", String(value)];
  if (isDate(value)) return ["date", pythonText(value)];
  if (isBinary(value)) return ["bytes", Buffer.from(value.text, "base64").toString("base64")];
  if (isOpaque(value)) throw new TypeError(`${value.text} is neither a date nor binary`);
  if (typeof value === "number" || isFloat(value)) return ["float", pythonFloat(numberOf(value) ?? 0)];
  if (isMapping(value))
    return ["map", Object.entries(value).map(([key, member]) => [["str", key], tagged(member as Value)])];
  return ["list", value.map(tagged)];
}
