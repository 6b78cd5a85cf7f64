/** The words for what can be wrong with a job, and how a place in a schema reports it. */
import type * as z from "zod/mini";
import { isFloat, isMapping, isOpaque, kindOf, numberOf, type Value } from "../../yaml/value.ts";
import { maskText } from "./secrets.ts";

/**
 * Every code of an issue or a warning.
 *
 * | code                | means                                                                     |
 * |---------------------|---------------------------------------------------------------------------|
 * | invalid_syntax      | the text is neither YAML nor JSON, or is several documents                |
 * | invalid_encoding    | the bytes are not UTF-8                                                   |
 * | invalid_character   | a control character or half a surrogate pair                              |
 * | unsupported_tag     | a YAML tag that PyYAML's safe loader does not know                        |
 * | invalid_scalar      | an unquoted text that is no value, e.g. `=`                               |
 * | empty_document      | nothing but comments and blanks                                           |
 * | too_deep            | nested deeper than the cap                                                |
 * | too_many_nodes      | more values than the cap, counting what aliases stand for                 |
 * | not_a_mapping       | the document is a list or a scalar                                        |
 * | unsupported_type    | no such job type                                                          |
 * | unknown_field       | no such field here                                                        |
 * | missing_field       | a required field is not there                                             |
 * | null_not_allowed    | a field without a value                                                   |
 * | wrong_type          | e.g. a list where a text belongs                                          |
 * | wrong_key           | a key that is not text, or has characters that it may not have            |
 * | not_allowed         | a word that is none of the allowed ones                                   |
 * | invalid_reference   | neither an asset reference nor a URL nor a path                           |
 * | conflict            | two fields that exclude each other                                        |
 * | file_not_found      | a local path that did not come along                                      |
 * | duplicate_key       | warning: a key stands twice, the last one counts                          |
 * | read_only           | warning: a field that only the service sets, ignored                      |
 * | ignored             | warning: a field that Azure ML does not use here                          |
 * | unknown_input       | warning: `${{inputs.x}}` without that input                               |
 * | unknown_binding     | warning: a binding to an input, output or node that is not there          |
 * | cycle               | warning: nodes that wait for each other                                   |
 * | out_of_range        | warning: a number that can never work, e.g. a count below 1               |
 * | invalid_name        | warning: a name that Azure ML refuses                                     |
 * | too_many            | warning: more tags or properties than allowed                             |
 * | too_long            | aliases or files with too much text; warning: a long tag or property      |
 * | needs_bundle        | warning: a local path, and no files came along                            |
 * | inline_secret       | warning: a password, key or signature in the payload                      |
 * | line_ends           | warning: a command whose lines end with CRLF                              |
 * | unfilled_binding    | warning: a binding in a variable, where Azure ML puts nothing in its place |
 * | incomplete          | warning: loads, but is refused on submission                              |
 */
export type ProblemCode =
  | "invalid_syntax"
  | "invalid_encoding"
  | "invalid_character"
  | "unsupported_tag"
  | "invalid_scalar"
  | "empty_document"
  | "too_deep"
  | "too_many_nodes"
  | "not_a_mapping"
  | "unsupported_type"
  | "unknown_field"
  | "missing_field"
  | "null_not_allowed"
  | "wrong_type"
  | "wrong_key"
  | "not_allowed"
  | "invalid_reference"
  | "conflict"
  | "file_not_found"
  | "duplicate_key"
  | "read_only"
  | "ignored"
  | "unknown_input"
  | "unknown_binding"
  | "cycle"
  | "out_of_range"
  | "invalid_name"
  | "too_many"
  | "too_long"
  | "needs_bundle"
  | "inline_secret"
  | "line_ends"
  | "unfilled_binding"
  | "incomplete";

/** A mend, with paths that start where the problem's own path starts. */
export type Mend =
  | { readonly op: "replace" | "add"; readonly path: readonly PropertyKey[]; readonly value: unknown }
  | { readonly op: "remove"; readonly path: readonly PropertyKey[] }
  | { readonly op: "move"; readonly from: readonly PropertyKey[]; readonly path: readonly PropertyKey[] };

/** A problem at a place; a message begins with a verb, because the place is put before it. */
export interface Problem {
  readonly code: ProblemCode;
  readonly message: string;
  /** From the value that is checked to the place; empty for the value itself. */
  readonly path?: readonly PropertyKey[];
  readonly mend?: Mend;
  /** Where it is, when it is in a file that the place names. */
  readonly within?: FilePlace;
}

/** A place in a file that came along; `line` and `column` count from 1. */
export interface FilePlace {
  readonly file: string;
  readonly pointer: string;
  readonly line?: number;
  readonly column?: number;
}

/** Reports a problem of the value that a zod transform works on. */
export type Report = (problem: Problem) => void;

export function reporter(payload: z.core.ParsePayload): Report {
  return (problem) => {
    payload.issues.push({
      code: "custom",
      path: [...(problem.path ?? [])],
      message: problem.message,
      input: payload.value,
      params: { problem },
    });
  };
}

const longestShown = 60;

/** A value as error texts show it: short, and without secrets. */
export function show(value: unknown): string {
  if (typeof value === "string") {
    const text = JSON.stringify(maskText(value));
    return text.length > longestShown ? `${text.slice(0, longestShown)}..."` : text;
  }
  if (isFloat(value) && value.text !== undefined)
    return value.text.length > longestShown ? `${value.text.slice(0, longestShown)}...` : value.text;
  const number = numberOf(value);
  if (number !== undefined) return String(number);
  if (isOpaque(value) || Array.isArray(value) || isMapping(value)) return kindOf(value);
  return String(value);
}

const wayOut = ", or leave the field out.";

/** A problem of a required field, without the advice to leave the field out. */
export function withoutWayOut(problem: Problem): Problem {
  if (problem.code !== "null_not_allowed" || !problem.message.endsWith(wayOut)) return problem;
  return { ...problem, message: `${problem.message.slice(0, -wayOut.length)}.` };
}

/** Reports what a value is and what was expected. */
export function reportWrong(report: Report, value: Value | undefined, expected: string): void {
  if (value === undefined) report({ code: "missing_field", message: "is missing." });
  else if (value === null) report({ code: "null_not_allowed", message: `has no value; expected ${expected}${wayOut}` });
  else report({ code: "wrong_type", message: `is ${show(value)}; expected ${expected}.` });
}
