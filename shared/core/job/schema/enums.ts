/** Words of a closed list, in the spellings that the SDK takes. */
import type { Value } from "../../yaml/value.ts";
import { closest } from "./closest.ts";
import { type Problem, show } from "./diagnostics.ts";
import { type JsonSchema, type Piece, piece } from "./schema.ts";

/** How a word may be written: what becomes of a text, and a regular expression that every text matches of which a word becomes. */
export interface Spelling {
  (text: string): string;
  /** None where every text becomes the word. */
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

/** Small letters, whatever came. */
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

/** Capitals, of which two have small letters of their own in other alphabets. */
export const upper: Spelling = spelling(
  (name) => name.toUpperCase(),
  (word) =>
    word.replaceAll(
      /[A-Z]/g,
      (letter) => `[${letter}${letter.toLowerCase()}${letter === "I" ? "\u0131" : letter === "S" ? "\u017f" : ""}]`,
    ),
);

/** One of these words; it is kept as it stands here, however it was spelled. */
export function word<const Words extends readonly string[]>(
  words: Words,
  spelled: Spelling = lower,
): Piece<Words[number]> {
  return piece(
    (value, report) => {
      const text = typeof value === "string" ? spelled(value) : undefined;
      if (text === undefined || !words.includes(text)) report(wrongWord(value, words));
      return text as Words[number];
    },
    () => wordSchema(words, spelled),
  );
}

/** Editors offer the words, and take the other spellings as well. */
export function wordSchema(words: readonly string[], { pattern }: Spelling): JsonSchema {
  if (pattern === undefined) return { type: "string" };
  const patterns = words.map(pattern);
  return patterns.every((each, index) => each === words[index])
    ? { enum: words }
    : { anyOf: [{ enum: words }, { type: "string", pattern: `^(?:${patterns.join("|")})$` }] };
}

/** Says that a word is none of the allowed ones. */
export function wrongWord(
  value: Value | undefined,
  allowed: readonly string[],
  path: readonly PropertyKey[] = [],
): Problem {
  const list = allowed.length === 1 ? String(allowed[0]) : `one of ${allowed.join(", ")}`;
  if (value === undefined) return { code: "missing_field", message: `is missing; expected ${list}.`, path };
  if (value === null) return { code: "null_not_allowed", message: `has no value; expected ${list}.`, path };
  const guess = typeof value === "string" ? closest(value, allowed) : undefined;
  const mend = guess === undefined ? {} : { mend: { op: "replace", path, value: guess } as const };
  return { code: "not_allowed", message: `is ${show(value)}; expected ${list}.`, path, ...mend };
}
