/** Enum values, in the spellings that the SDK accepts. */
import { custom } from "./custom.ts";
import { wrongValue } from "./issues.ts";
import type { JsonSchema } from "./json-schema.ts";
import type { Schema } from "./schema.ts";

/** Accepted spellings of enum values: a function that normalizes a text, and a pattern of all spellings of a value. */
export interface Spelling {
  (text: string): string;
  /** Omitted if any text is normalized to the value. */
  readonly pattern?: (value: string) => string;
}

function spelling(normalize: (text: string) => string, pattern: (value: string) => string): Spelling {
  return Object.assign(normalize, { pattern });
}

/** A letter in either case; U+212A (the kelvin sign) is lowercased to k in JavaScript and Python. */
const eitherCase = (letter: string): string => (letter === "k" ? "[kK\u212a]" : `[${letter}${letter.toUpperCase()}]`);

/** The exact text. */
export const exact: Spelling = spelling(
  (text) => text,
  (value) => value,
);

/** Any case. */
export const lower: Spelling = spelling(
  (text) => text.toLowerCase(),
  (value) => value.replaceAll(/[a-z]/g, eitherCase),
);

/** Each `_` can be omitted before a capital letter. @see camel_to_snake in azure/ai/ml/_utils/utils.py */
export const snake: Spelling = spelling(
  (text) =>
    text
      .replaceAll(/(.)([A-Z][a-z]+)/g, "$1_$2")
      .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
      .toLowerCase(),
  (value) => value.replaceAll(/[a-z]/g, eitherCase).replaceAll("_", "(?:_|(?=[A-Z]))"),
);

/** A capital can be written as `_` and a letter in either case. @see snake_to_camel in azure/ai/ml/_utils/utils.py */
export const camel: Spelling = spelling(
  (name) => name.replaceAll(/_([a-zA-Z])/g, (_match, letter: string) => letter.toUpperCase()),
  (value) => value.replaceAll(/[A-Z]/g, (letter) => `(?:${letter}|_${eitherCase(letter.toLowerCase())})`),
);

/** Uppercase; the lowercase forms of I and S include letters of other alphabets. */
export const upper: Spelling = spelling(
  (name) => name.toUpperCase(),
  (value) =>
    value.replaceAll(
      /[A-Z]/g,
      (letter) => `[${letter}${letter.toLowerCase()}${letter === "I" ? "\u0131" : letter === "S" ? "\u017f" : ""}]`,
    ),
);

/** One of these values, in any accepted spelling; it is parsed to the value as listed here. */
export function enumOf<const Values extends readonly string[]>(
  values: Values,
  spelled: Spelling = lower,
): Schema<Values[number]> {
  return custom(
    (value, payload) => {
      const text = typeof value === "string" ? spelled(value) : undefined;
      return values.find((each) => each === text) ?? wrongValue(payload, value, values);
    },
    enumSchema(values, spelled),
  );
}

/** The JSON Schema of enum values: editors suggest the listed values and accept their other spellings. */
export function enumSchema(values: readonly string[], { pattern }: Spelling): JsonSchema {
  if (pattern === undefined) return { type: "string" };
  const patterns = values.map(pattern);
  return patterns.every((each, index) => each === values[index])
    ? { enum: values }
    : { anyOf: [{ enum: values }, { type: "string", pattern: `^(?:${patterns.join("|")})$` }] };
}
