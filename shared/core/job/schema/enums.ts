/** Words of a closed list, in the spellings that the SDK accepts. */
import { custom } from "./custom.ts";
import { wrongWord } from "./issues.ts";
import type { JsonSchema } from "./json-schema.ts";
import type { Schema } from "./schema.ts";

/** The spellings of a word: a function that normalizes a text, and a regular expression for all spellings of a word. */
export interface Spelling {
  (text: string): string;
  /** Omitted if any text is normalized to the word. */
  readonly pattern?: (word: string) => string;
}

function spelling(read: (text: string) => string, pattern: (word: string) => string): Spelling {
  return Object.assign(read, { pattern });
}

/** A letter in either case; the sign for kelvin is a k to JavaScript and Python. */
const eitherCase = (letter: string): string => (letter === "k" ? "[kK\u212a]" : `[${letter}${letter.toUpperCase()}]`);

export const same: Spelling = spelling(
  (text) => text,
  (word) => word,
);

/** Any case. */
export const lower: Spelling = spelling(
  (text) => text.toLowerCase(),
  (word) => word.replaceAll(/[a-z]/g, eitherCase),
);

/** Each `_` of a word may be missing where a capital follows. @see camel_to_snake in azure/ai/ml/_utils/utils.py */
export const snake: Spelling = spelling(
  (text) =>
    text
      .replaceAll(/(.)([A-Z][a-z]+)/g, "$1_$2")
      .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
      .toLowerCase(),
  (word) => word.replaceAll(/[a-z]/g, eitherCase).replaceAll("_", "(?:_|(?=[A-Z]))"),
);

/** @see snake_to_camel in azure/ai/ml/_utils/utils.py */
export const camel: Spelling = spelling(
  (name) => name.replaceAll(/_([a-zA-Z])/g, (_match, letter: string) => letter.toUpperCase()),
  (word) => word.replaceAll(/[A-Z]/g, (letter) => `(?:${letter}|_${eitherCase(letter.toLowerCase())})`),
);

/** Uppercase; the lowercase forms of I and S include letters of other alphabets. */
export const upper: Spelling = spelling(
  (name) => name.toUpperCase(),
  (word) =>
    word.replaceAll(
      /[A-Z]/g,
      (letter) => `[${letter}${letter.toLowerCase()}${letter === "I" ? "\u0131" : letter === "S" ? "\u017f" : ""}]`,
    ),
);

/** One of these words, in any spelling; it parses to the word as listed here. */
export function word<const Words extends readonly string[]>(
  words: Words,
  spelled: Spelling = lower,
): Schema<Words[number]> {
  return custom(
    (value, payload) => {
      const text = typeof value === "string" ? spelled(value) : undefined;
      return words.find((each) => each === text) ?? wrongWord(payload, value, words);
    },
    wordSchema(words, spelled),
  );
}

/** The JSON Schema of the words: editors suggest them, and accept the other spellings. */
export function wordSchema(words: readonly string[], { pattern }: Spelling): JsonSchema {
  if (pattern === undefined) return { type: "string" };
  const patterns = words.map(pattern);
  return patterns.every((each, index) => each === words[index])
    ? { enum: words }
    : { anyOf: [{ enum: words }, { type: "string", pattern: `^(?:${patterns.join("|")})$` }] };
}
