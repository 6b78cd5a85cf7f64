/** Values of scalars, as in PyYAML's safe_load. @see yaml/resolver.py and yaml/constructor.py of PyYAML 6 */
import { isTimestamp, pythonTimestamp } from "./timestamp.ts";
import { type Float, type Scalar, toFloat, toOpaque } from "./value.ts";

const bool = /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/;
const float =
  /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const int =
  /^(?:[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$/;
const nullPattern = /^(?:~|null|Null|NULL|)$/;
/** Python rejects numbers with more digits; reading them would take seconds. */
const maxDigits = 4300;
export const coreTag = "tag:yaml.org,2002:";

/** The implicit tag of a plain scalar, without the prefix `tag:yaml.org,2002:`. */
export function implicitTag(text: string): "bool" | "float" | "int" | "merge" | "null" | "timestamp" | "value" | "str" {
  const first = text.charCodeAt(0);
  // Digits, signs and the dot.
  if ((first >= 48 && first <= 57) || first === 43 || first === 45 || first === 46) {
    if (float.test(text)) return "float";
    if (int.test(text)) return "int";
    return isTimestamp(text) ? "timestamp" : "str";
  }
  if (text.length > 5) return "str";
  if (bool.test(text)) return "bool";
  if (nullPattern.test(text)) return "null";
  if (text === "<<") return "merge";
  return text === "=" ? "value" : "str";
}

function unsigned(text: string): { sign: 1 | -1; digits: string } {
  const digits = text.replaceAll("_", "");
  const sign = digits.startsWith("-") ? -1 : 1;
  return { sign, digits: /^[-+]/.test(digits) ? digits.slice(1) : digits };
}

/** A number if it represents the value exactly, otherwise a bigint. */
export function exactInteger(value: bigint): number | bigint {
  const number = Number(value);
  // In Python -0 is 0, and so is Number(-0n).
  return Number.isSafeInteger(number) ? number : value;
}

function sexagesimal(digits: string): bigint {
  let value = 0n;
  for (const part of digits.split(":")) value = value * 60n + BigInt(part);
  return value;
}

function readInt(text: string): number | bigint | undefined {
  const { sign, digits } = unsigned(text);
  if (digits === "" || digits.length > maxDigits) return undefined;
  try {
    if (digits.includes(":")) return exactInteger(BigInt(sign) * sexagesimal(digits));
    // `017` is octal, which BigInt reads as `0o17`.
    const literal = /^0[0-7]/.test(digits) ? `0o${digits.slice(1)}` : digits;
    return /^(?:0[box])?[0-9a-f]+$/i.test(literal) ? exactInteger(BigInt(sign) * BigInt(literal)) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a tagged float is a JSON number, e.g. `1e5`, which keeps its text. Untagged, YAML has no such floats. */
function isJsonFloat(text: string): boolean {
  return (
    /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$/.test(text) &&
    /[.eE]/.test(text) &&
    text.length <= maxDigits
  );
}

function readFloat(text: string): Scalar | undefined {
  const { sign, digits } = unsigned(text.toLowerCase());
  if (digits === ".inf") return toFloat(sign * Number.POSITIVE_INFINITY);
  if (digits === ".nan") return toFloat(Number.NaN);
  if (!/^[0-9.]/.test(digits) || digits.length > maxDigits) return undefined;
  const value = digits.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
  return Number.isNaN(value) ? undefined : toFloat(sign * value);
}

/** Whether a text is base64: Python's decoder skips other characters, but requires the padding. */
function isBase64(text: string): boolean {
  const digits = text.replaceAll(/[^A-Za-z0-9+/=]/g, "");
  return digits.length % 4 === 0;
}

/**
 * The value of a scalar with this tag (the full name); undefined if the text does not match the tag, or PyYAML's safe
 * loader does not support the tag for scalars.
 */
export function constructScalar(tag: string, text: string): Scalar | undefined {
  if (!tag.startsWith(coreTag)) return undefined;
  switch (tag.slice(coreTag.length)) {
    case "str":
      return text;
    case "null":
      return null;
    case "bool": {
      const word = text.toLowerCase();
      return bool.test(word) ? word === "yes" || word === "true" || word === "on" : undefined;
    }
    case "int":
      return readInt(text);
    case "float":
      return isJsonFloat(text) ? floatWithText(text) : readFloat(text);
    case "timestamp":
      return pythonTimestamp(text) === undefined ? undefined : toOpaque("date", text);
    case "binary":
      return isBase64(text) ? toOpaque("binary", text) : undefined;
    default:
      return undefined;
  }
}

const scalarTags = ["str", "null", "bool", "int", "float", "timestamp", "binary"];

/** Whether a tag (the full name) is supported for scalars. */
export function isScalarTag(tag: string): boolean {
  return tag.startsWith(coreTag) && scalarTags.includes(tag.slice(coreTag.length));
}

/** The value of a plain scalar; undefined for `=`, `<<` and numbers like `0x_`, which PyYAML rejects as values. */
export function resolvePlainScalar(text: string): Scalar | undefined {
  const tag = implicitTag(text);
  if (tag === "float") return readFloat(text);
  return tag === "str" ? text : constructScalar(coreTag + tag, text);
}

/** The value of an unquoted JSON token: numbers keep their text, and `1e-3` is a number. */
export function resolveJsonScalar(text: string): Scalar | undefined {
  if (text === "true" || text === "false") return text === "true";
  if (text === "null") return null;
  if (/^-?[0-9]+$/.test(text)) return text.length > maxDigits ? undefined : exactInteger(BigInt(text));
  return floatWithText(text);
}

/** A JSON number with its original text, which is dropped if it exceeds Python's limit of digits. */
function floatWithText(text: string): number | Float {
  return toFloat(Number(text), text.length > maxDigits ? undefined : text);
}
