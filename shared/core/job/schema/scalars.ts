/** Scalars, with the conversions of marshmallow 3, and values that are stored unchanged. */
import * as z from "zod/mini";
import { findUnprintable } from "../../yaml/printable.ts";
import { exactInteger } from "../../yaml/resolve-scalar.ts";
import {
  type Float,
  floatText,
  isBinary,
  isDate,
  isFloat,
  isInteger,
  isMapping,
  isOpaque,
  type Mapping,
  numberOf,
  toFloat,
  type Value,
} from "../../yaml/value.ts";
import { choice, custom, transformed, tryParse } from "./custom.ts";
import { addIssue, type Payload, wrongType } from "./issues.ts";
import type { Schema } from "./schema.ts";
import { show } from "./show.ts";
import { durationFix } from "./suggest/durations.ts";
import { numberInQuotes, wordsToText } from "./suggest/wrap.ts";

/** Decodes bytes to text if they are valid UTF-8, as marshmallow does. */
function decodeBinary(base64: string): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.from(base64, "base64"));
  } catch {
    return undefined;
  }
}

/** A number or a boolean as text. */
function plainText(value: Float | number | bigint | boolean): string {
  return isFloat(value) ? (value.text ?? floatText(numberOf(value) ?? 0)) : String(value);
}

export const text: Schema<string> = custom(
  (value, payload) => {
    if (typeof value === "string") return value;
    const bytes = isBinary(value) ? decodeBinary(value.text) : undefined;
    if (bytes !== undefined) return bytes;
    if (isFloat(value) || typeof value === "number" || typeof value === "bigint" || typeof value === "boolean")
      return wrongType(payload, "text (quote it)", { quote: plainText(value) });
    return wrongType(payload, "text", isDate(value) ? { quote: value.text } : wordsToText(value));
  },
  { type: "string" },
);

/** Text shown in lists and pages. Characters that YAML allows only as escapes are rejected, in JSON too. */
export const shownText: Schema<string> = transformed(text, (shown, payload) => {
  const bad = findUnprintable(shown);
  return bad === undefined
    ? shown
    : addIssue(payload, "invalid_character", `has the unprintable character ${bad.name}; remove it.`);
});

export const textOrNull: Schema<string | null> = z.nullable(text);
export const shownTextOrNull: Schema<string | null> = z.nullable(shownText);

const integerText = /^\s*[+-]?[0-9](?:_?[0-9])*\s*$/;

/** A whole number; numeric text is parsed and fractions are truncated, as in marshmallow. */
export const integer: Schema<number | bigint> = custom(
  (value, payload) => {
    if (isInteger(value)) return value;
    const number = typeof value === "number" || isFloat(value) ? numberOf(value) : undefined;
    if (number !== undefined && Number.isFinite(number)) return exactInteger(BigInt(Math.trunc(number)));
    if (typeof value === "string" && integerText.test(value) && value.length < 400)
      return exactInteger(BigInt(value.replaceAll(/[_\s+]/g, "")));
    return wrongType(payload, "a whole number", numberInQuotes(value));
  },
  { type: ["integer", "number", "string"], pattern: integerText.source },
);

/** A whole number of seconds. */
export const seconds: Schema<number | bigint> = custom(
  (value, payload, context) =>
    tryParse(integer, value, context) ??
    wrongType(payload, "a whole number of seconds", durationFix(value, 1) ?? numberInQuotes(value)),
  (convert) => convert(integer),
);

const floatPattern =
  /^\s*[+-]?(?:[0-9](?:_?[0-9])*(?:\.(?:[0-9](?:_?[0-9])*)?)?|\.[0-9](?:_?[0-9])*)(?:[eE][+-]?[0-9](?:_?[0-9])*)?\s*$/;

/** A number, which becomes a float: `1` prints as `1.0`. */
export const float: Schema<number | Float> = custom(
  (value, payload) => {
    const number =
      typeof value === "string" && floatPattern.test(value) ? Number(value.replaceAll("_", "")) : numberOf(value);
    if (number === undefined || !Number.isFinite(number)) return wrongType(payload, "a number", numberInQuotes(value));
    return isFloat(value) ? value : toFloat(number);
  },
  { type: ["number", "string"], pattern: floatPattern.source },
);

export const number: Schema<number | bigint | Float> = choice<number | bigint | Float>(
  (value) => (isInteger(value) ? integer : float),
  (convert) => convert(float),
);

const truthy = ["t", "T", "true", "True", "TRUE", "on", "On", "ON", "y", "Y", "yes", "Yes", "YES", "1"];
const falsy = ["f", "F", "false", "False", "FALSE", "off", "Off", "OFF", "n", "N", "no", "No", "NO", "0"];

export const boolean: Schema<boolean> = custom(
  (value, payload) => {
    if (typeof value === "boolean") return value;
    const name = typeof value === "string" ? value : String(numberOf(value));
    if (truthy.includes(name)) return true;
    if (falsy.includes(name)) return false;
    const meant = /^\s*(?:(enabled?)|disabled?)\s*$/i.exec(name);
    return wrongType(payload, "true or false", meant === null ? undefined : { replaceWith: meant[1] !== undefined });
  },
  {
    type: ["boolean", "number", "string"],
    minimum: 0,
    maximum: 1,
    pattern: `^(?:${[...truthy, ...falsy].join("|")})$`,
  },
);

/** Text or a number; a number becomes text as Python prints it: `1.10` is "1.1". */
export const version: Schema<string> = custom(
  (value, payload) => {
    if (typeof value === "boolean") return value ? "True" : "False";
    if (isInteger(value)) return String(value);
    const number = numberOf(value);
    if (number !== undefined) return Number.isInteger(number) ? `${number}.0` : String(number);
    return typeof value === "string" ? value : wrongType(payload, "text or a number");
  },
  { type: ["string", "number", "boolean"] },
);

/** Any JSON value or date, stored unchanged. */
export const anything: Schema<Value> = custom((value, payload) => {
  if (value === undefined) return wrongType(payload, "a value");
  rejectOpaque(value, payload, []);
  return value;
}, {});

/** Any JSON value or date but null, stored unchanged. */
export const anythingButNull: Schema<Value> = choice<Value>(
  (value, payload) => (value === null ? addIssue(payload, "null_not_allowed", "has no value.") : anything),
  { not: { type: "null" } },
);

/** A mapping that is stored unchanged. */
export const anyMapping: Schema<Mapping> = custom(
  (value, payload) => {
    if (!isMapping(value)) return wrongType(payload, "a mapping");
    rejectOpaque(value, payload, []);
    return value;
  },
  { type: "object" },
);

/** Rejects bytes, which have no form in JSON: the SDK would send their Python representation. */
function rejectOpaque(value: Value, payload: Payload, path: readonly PropertyKey[]): void {
  if (isDate(value)) return;
  if (isOpaque(value))
    addIssue(payload, "wrong_type", `is ${show(value)}; expected text, a number, true, false, a list or a mapping.`, {
      path,
    });
  else if (Array.isArray(value))
    for (const [index, item] of value.entries()) rejectOpaque(item, payload, [...path, index]);
  else if (isMapping(value))
    for (const [key, item] of Object.entries(value))
      if (item !== undefined) rejectOpaque(item, payload, [...path, key]);
}
