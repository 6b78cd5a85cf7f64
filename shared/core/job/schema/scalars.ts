/** Scalars, with the conversions of marshmallow 3, and values that are kept as they came. */
import { findUnprintable } from "../../yaml/printable.ts";
import { exactInteger } from "../../yaml/resolve-scalar.ts";
import {
  type Float,
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
import { type Report, reportWrong, show } from "./diagnostics.ts";
import { jsonSchema, type Piece, piece, readBy } from "./schema.ts";

/** Bytes are taken as text where they are UTF-8, as marshmallow does. */
function decodeBinary(base64: string): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.from(base64, "base64"));
  } catch {
    return undefined;
  }
}

export const text: Piece<string> = piece(
  (value, report) => {
    const bytes = isBinary(value) ? decodeBinary(value.text) : undefined;
    if (bytes !== undefined) return bytes;
    if (typeof value !== "string") {
      const quoted = isFloat(value) || isInteger(value) || typeof value === "boolean" ? " (quote it)" : "";
      reportWrong(report, value, `text${quoted}`);
    }
    return value as string;
  },
  () => ({ type: "string" }),
);

/** Text that lists and pages show. Escapes, and JSON, may not bring into it what YAML cannot hold as it is. */
export const shownText: Piece<string> = piece(
  (value, report) => {
    const shown = readBy(text, value, report) ?? "";
    const bad = findUnprintable(shown);
    if (bad !== undefined)
      report({
        code: "invalid_character",
        message: `has the character ${bad.name}, which nobody could see; leave it out.`,
      });
    return shown;
  },
  () => jsonSchema(text),
);

const orNull = (type: Piece<string>): Piece<string | null> =>
  piece(
    (value, report) => (value === null ? null : (readBy(type, value, report) as string)),
    () => ({ type: ["string", "null"] }),
  );

export const textOrNull = orNull(text);
export const shownTextOrNull = orNull(shownText);

const integerText = /^\s*[+-]?[0-9](?:_?[0-9])*\s*$/;

/** A whole number; text of one is read, and a fraction is cut off, as marshmallow does. */
export const integer: Piece<number | bigint> = piece(
  (value, report) => {
    if (isInteger(value)) return value;
    const number = typeof value === "number" || isFloat(value) ? numberOf(value) : undefined;
    if (number !== undefined && Number.isFinite(number)) return exactInteger(BigInt(Math.trunc(number)));
    if (typeof value === "string" && integerText.test(value) && value.length < 400)
      return exactInteger(BigInt(value.replaceAll(/[_\s+]/g, "")));
    reportWrong(report, value, "a whole number");
    return 0;
  },
  () => ({ type: ["integer", "number", "string"], pattern: integerText.source }),
);

const floatText =
  /^\s*[+-]?(?:[0-9](?:_?[0-9])*(?:\.(?:[0-9](?:_?[0-9])*)?)?|\.[0-9](?:_?[0-9])*)(?:[eE][+-]?[0-9](?:_?[0-9])*)?\s*$/;

/** A number, which becomes a float: `1` prints as `1.0`. */
export const float: Piece<number | Float> = piece(
  (value, report) => {
    const number =
      typeof value === "string" && floatText.test(value) ? Number(value.replaceAll("_", "")) : numberOf(value);
    if (number === undefined || !Number.isFinite(number)) reportWrong(report, value, "a number");
    return isFloat(value) ? value : toFloat(number ?? 0);
  },
  () => ({ type: ["number", "string"], pattern: floatText.source }),
);

/** A number that keeps its kind: `1` stays a whole number; text of one becomes a float. */
export const number: Piece<number | bigint | Float> = piece(
  (value, report) => (isInteger(value) ? value : (readBy(float, value, report) as number | Float)),
  () => jsonSchema(float),
);

const truthy = ["t", "T", "true", "True", "TRUE", "on", "On", "ON", "y", "Y", "yes", "Yes", "YES", "1"];
const falsy = ["f", "F", "false", "False", "FALSE", "off", "Off", "OFF", "n", "N", "no", "No", "NO", "0"];

export const boolean: Piece<boolean> = piece(
  (value, report) => {
    if (typeof value === "boolean") return value;
    const name = typeof value === "string" ? value : String(numberOf(value));
    if (truthy.includes(name) || falsy.includes(name)) return truthy.includes(name);
    reportWrong(report, value, "true or false");
    return false;
  },
  () => ({
    type: ["boolean", "number", "string"],
    minimum: 0,
    maximum: 1,
    pattern: `^(?:${[...truthy, ...falsy].join("|")})$`,
  }),
);

/** Text or a number; a number becomes text as Python prints it: `1.10` is "1.1". */
export const version: Piece<string> = piece(
  (value, report) => {
    if (typeof value === "boolean") return value ? "True" : "False";
    if (isInteger(value)) return String(value);
    const number = numberOf(value);
    if (number !== undefined) return Number.isInteger(number) ? `${number}.0` : String(number);
    if (typeof value !== "string") reportWrong(report, value, "text or a number");
    return value as string;
  },
  () => ({ type: ["string", "number", "boolean"] }),
);

/** Any value that JSON has, or a date, kept as it came. */
export const anything: Piece<Value> = piece(
  (value, report) => {
    if (value === undefined) reportWrong(report, value, "a value");
    else rejectOpaque(value, report, []);
    return value as Value;
  },
  () => ({}),
);

/** A mapping that is kept as it came. */
export const anyMapping: Piece<Mapping> = piece(
  (value, report) => {
    if (isMapping(value)) rejectOpaque(value, report, []);
    else reportWrong(report, value, "a mapping");
    return value as Mapping;
  },
  () => ({ type: "object" }),
);

/** Bytes have no form in JSON, so the SDK sends Python's spelling of them; nobody can want that. */
function rejectOpaque(value: Value, report: Report, path: readonly PropertyKey[]): void {
  if (isDate(value)) return;
  if (isOpaque(value))
    report({
      code: "wrong_type",
      message: `is ${show(value)}; expected text, a number, true, false, a list or a mapping.`,
      path,
    });
  else if (Array.isArray(value))
    for (const [index, item] of value.entries()) rejectOpaque(item, report, [...path, index]);
  else if (isMapping(value))
    for (const key of Object.keys(value)) rejectOpaque(value[key] as Value, report, [...path, key]);
}
