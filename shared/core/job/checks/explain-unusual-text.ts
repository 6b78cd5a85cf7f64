/** Explains the errors of jobs with typographic characters, which look like the spaces and quotes of YAML. */

import type { Diagnostic } from "../../diagnostic.ts";
import { pointer } from "../../issues.ts";
import { blankAfterColon, blankAtEnd, withinTypographicQuotes, withoutBlanks } from "../../text/unusual-text.ts";
import { isMapping, type Value } from "../../yaml/value.ts";
import type { Written } from "./written-values.ts";

/** Limits the time for explanations. */
const maxErrors = 200;

/** Replaces the errors that an unusual key causes by one of the key, and names the characters in wrong values. */
export function explainUnusualText(errors: readonly Diagnostic[], written: Written): readonly Diagnostic[] {
  const explained: Diagnostic[] = [];
  const keys = new Set<string>();
  for (const [index, error] of errors.entries()) {
    const path = index < maxErrors ? unusualKey(error, written) : undefined;
    if (path === undefined) {
      explained.push(index < maxErrors ? explainValue(error, written) : error);
      continue;
    }
    const id = JSON.stringify(path);
    if (!keys.has(id)) explained.push(aboutKey(path, written));
    keys.add(id);
  }
  return explained;
}

/** The path of the key that causes an error: in its path, or after a key without a value. */
function unusualKey({ code, path }: Diagnostic, written: Written): readonly string[] | undefined {
  const names = path.map(String);
  const at = names.findIndex(isUnusual);
  if (at >= 0) return names.slice(0, at + 1);
  if (code !== "null_not_allowed") return undefined;
  const [, next] = neighbors(names, written);
  return next !== undefined && blankAtEnd(next)?.isFirst === true ? [...names.slice(0, -1), next] : undefined;
}

function isUnusual(key: string): boolean {
  return blankAtEnd(key) !== undefined || withinTypographicQuotes(key) !== undefined;
}

/** The keys before and after the last one of a path. */
function neighbors(path: readonly string[], written: Written): readonly [string | undefined, string | undefined] {
  const parent = written.parentOf(path);
  const keys = isMapping(parent) ? Object.keys(parent) : [];
  const at = keys.indexOf(path.at(-1) ?? "");
  return [keys[at - 1], keys[at + 1]];
}

function aboutKey(path: readonly string[], written: Written): Diagnostic {
  const key = path.at(-1) ?? "";
  const error = { severity: "error", code: "wrong_key", path } as const;
  const blank = blankAtEnd(key);
  if (blank === undefined) {
    const message = "is a key in typographic quotes; write straight quotes, or none.";
    return { ...error, message, fix: { renameTo: withinTypographicQuotes(key) ?? key } };
  }
  const [before] = neighbors(path, written);
  const parent = path.slice(0, -1);
  // A line that is indented with such blanks may belong to the key above it.
  const isClear = !blank.isFirst || before === undefined || isText(written.valueAt([...parent, before]));
  const message = blank.isFirst
    ? `has ${blank.name} before the key; indent the line with spaces.`
    : `has ${blank.name} after the key; remove it.`;
  return isClear ? { ...error, message, fix: { renameTo: withoutBlanks(key) } } : { ...error, message };
}

function isText(value: Value | undefined): boolean {
  return value !== null && !isMapping(value) && !Array.isArray(value);
}

function explainValue(error: Diagnostic, written: Written): Diagnostic {
  const value = written.valueAt(error.path);
  if (typeof value === "boolean") {
    const { document, path } = written.placeOf(error.path);
    return explainBoolean(error, String(value), document?.plainText(pointer(path)));
  }
  const cause = typeof value === "string" ? causeIn(value) : undefined;
  if (cause === undefined) return error;
  const explained = { ...error, message: `${error.message} ${cause}` };
  if (error.fix !== undefined || error.code !== "invalid_reference") return explained;
  const text = String(value);
  return { ...explained, fix: { replaceWith: withinTypographicQuotes(text) ?? withoutBlanks(text) } };
}

function causeIn(text: string): string | undefined {
  if (withinTypographicQuotes(text) !== undefined)
    return "Its typographic quotes are a part of the text; write straight quotes, or none.";
  const colon = blankAfterColon(text);
  if (colon !== undefined) return `The text has ${colon} after the colon; write a space in its place.`;
  const blank = blankAtEnd(text);
  if (blank === undefined) return undefined;
  return blank.isFirst
    ? `The text begins with ${blank.name}; write a space in its place.`
    : `The text ends with ${blank.name}; remove it.`;
}

/** Names the word that YAML 1.1 reads as a boolean, e.g. `on`. */
function explainBoolean(error: Diagnostic, value: string, word = value): Diagnostic {
  if (word.toLowerCase() === value || !error.message.startsWith(`is ${value};`)) return error;
  return { ...error, message: error.message.replace(`is ${value};`, `is ${word}, which YAML reads as ${value};`) };
}
