/**
 * The values of a YAML or JSON document: JavaScript values, with types of their own for values that would lose
 * information.
 *
 * | document            | value                                                                    |
 * |---------------------|--------------------------------------------------------------------------|
 * | text, bool, null    | string, boolean, null                                                    |
 * | int                 | number, or bigint from 2^53 up                                           |
 * | float               | number; `Float` when it is whole or not finite, so that `1.0` is not `1`, |
 * |                     | and when it was written in an unusual form: `1.50`, `1e5`                |
 * | date, binary        | `Opaque`: never a text, as in PyYAML                                     |
 * | sequence, mapping   | array, object without a prototype (so `__proto__` is a key like others)  |
 */
const float: unique symbol = Symbol("float");
const opaque: unique symbol = Symbol("opaque");

/** A float that is whole or not finite, or that keeps its original text. */
export interface Float {
  readonly [float]: number;
  /** The original text, if the value is printed differently. */
  readonly text?: string;
}

/** A value of a YAML type that JavaScript does not have, e.g. an unquoted date; few fields accept one. */
export interface Opaque {
  readonly [opaque]: "date" | "binary";
  readonly text: string;
}

export type Scalar = string | boolean | null | number | bigint | Float | Opaque;
export type Value = Scalar | readonly Value[] | Mapping;
export interface Mapping {
  readonly [key: string]: Value | undefined;
}

/**
 * A float as a value: a plain number unless it is whole or not finite. `text` is the original text of a JSON number,
 * which is kept if the value is printed differently.
 */
export function toFloat(value: number, text?: string): number | Float {
  if (text !== undefined && text !== floatText(value)) return { [float]: value, text };
  return Number.isInteger(value) || !Number.isFinite(value) ? { [float]: value } : value;
}

/** A float as JSON text, with a dot or an exponent. */
export function floatText(value: number): string {
  const text = Object.is(value, -0) ? "-0" : String(value);
  return /^-?[0-9]+$/.test(text) ? `${text}.0` : text;
}

export function toOpaque(kind: Opaque[typeof opaque], text: string): Opaque {
  return { [opaque]: kind, text };
}

export function isFloat(value: unknown): value is Float {
  return typeof value === "object" && value !== null && float in value;
}

export function isOpaque(value: unknown): value is Opaque {
  return typeof value === "object" && value !== null && opaque in value;
}

export function isDate(value: unknown): value is Opaque {
  return isOpaque(value) && value[opaque] === "date";
}

export function isBinary(value: unknown): value is Opaque {
  return isOpaque(value) && value[opaque] === "binary";
}

export function isMapping(value: unknown): value is Mapping {
  return (
    typeof value === "object" && value !== null && !Array.isArray(value) && !(float in value) && !(opaque in value)
  );
}

export function isInteger(value: unknown): value is number | bigint {
  return typeof value === "bigint" || (typeof value === "number" && Number.isInteger(value));
}

/** The number of an int or float; undefined for other values. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  return isFloat(value) ? value[float] : undefined;
}

/** A copy with changed values under the same names. */
export function mapValues(
  mapping: Mapping,
  change: (value: Value | undefined, name: string) => Value | undefined,
): Mapping {
  return Object.fromEntries(Object.entries(mapping).map(([name, value]) => [name, change(value, name)]));
}

/** The kind of a value, for error messages. */
export function kindOf(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (isOpaque(value)) return value[opaque] === "date" ? "a date (quote it to make it text)" : `a ${value[opaque]}`;
  if (isFloat(value) || typeof value === "number" || typeof value === "bigint") return "a number";
  if (typeof value === "boolean") return "a boolean";
  return typeof value === "string" ? "text" : "a mapping";
}
