import type { PatchOperation } from "./issues.ts";
import type { Value } from "./yaml/value.ts";

/**
 * Every code of an issue or a warning of a job.
 *
 * | code                | means                                                                     |
 * |---------------------|---------------------------------------------------------------------------|
 * | invalid_syntax      | the text is neither YAML nor JSON, or is several documents                |
 * | invalid_encoding    | the bytes are not UTF-8                                                   |
 * | invalid_character   | a control character or half a surrogate pair                              |
 * | unsupported_tag     | a YAML tag that PyYAML's safe loader rejects                              |
 * | invalid_scalar      | an unquoted text that is not a valid value, e.g. `=`                      |
 * | empty_document      | the document has no content                                               |
 * | too_deep            | nested deeper than the limit                                              |
 * | too_many_nodes      | more values than the limit, with aliases expanded                         |
 * | not_a_mapping       | the document is a list or a scalar                                        |
 * | not_a_job           | the document is something else, e.g. a component or an environment        |
 * | unsupported_type    | an unknown job type, or one that the fields contradict                    |
 * | unknown_field       | an unknown field; warning: one of a file, which is ignored                |
 * | missing_field       | a missing required field                                                  |
 * | null_not_allowed    | a field without a value                                                   |
 * | wrong_type          | a value of the wrong type, e.g. a list instead of text                    |
 * | wrong_key           | a key that is not text or is not a valid name                             |
 * | not_allowed         | a value that is not in the list of allowed values                         |
 * | invalid_reference   | no asset reference, URL or path; warning: one that is not accepted here   |
 * | conflict            | two fields that cannot be combined                                        |
 * | file_not_found      | a local path that is not in the bundle                                    |
 * | duplicate_key       | warning: a key is defined twice; the last value is used                   |
 * | read_only           | warning: a field that only the service sets, ignored                      |
 * | ignored             | warning: a field that Azure ML does not use here                          |
 * | unknown_input       | warning: `${{inputs.x}}` without that input                               |
 * | unknown_binding     | warning: a binding to a missing target, or one that is not replaced       |
 * | cycle               | warning: nodes with cyclic dependencies                                   |
 * | out_of_range        | warning: a number outside the valid range, e.g. a count below 1           |
 * | invalid_name        | warning: a name that Azure ML rejects                                     |
 * | too_many            | warning: more tags or properties than allowed                             |
 * | too_long            | aliases or files with too much text; warning: a long tag or property      |
 * | needs_bundle        | warning: a local path in a submission without a bundle                    |
 * | inline_secret       | warning: a password, key or signature in the payload                      |
 * | tab                 | warning: a tab outside of quotes and comments, which PyYAML rejects       |
 * | line_ends           | warning: a command whose lines end with CRLF                              |
 * | unfilled_binding    | warning: a binding in an environment variable, which is not replaced      |
 * | incomplete          | warning: valid, but rejected on submission                                |
 */
export type DiagnosticCode =
  | "invalid_syntax"
  | "invalid_encoding"
  | "invalid_character"
  | "unsupported_tag"
  | "invalid_scalar"
  | "empty_document"
  | "too_deep"
  | "too_many_nodes"
  | "not_a_mapping"
  | "not_a_job"
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
  | "tab"
  | "line_ends"
  | "unfilled_binding"
  | "incomplete";

/**
 * Severity: an `error` makes the job invalid, a `blocker` prevents its submission, a `warning` does neither.
 */
export type Severity = "error" | "blocker" | "warning";

/** A change that fixes a problem. The place is the path of the diagnostic. */
export type Fix =
  /** Replaces the value at the place. */
  | { readonly replaceWith: unknown }
  /** Quotes the value at the place: its text in the document, or this text if the value is not from a document. */
  | { readonly quote: string }
  /** Replaces the value at the place by one that depends on it as it is written; undefined if there is none. */
  | { readonly replaceBy: (written: Value) => unknown }
  /** Replaces the last occurrence of a text in the value at the place. */
  | { readonly replaceText: string; readonly by: string }
  /** Renames the key of the place. */
  | { readonly renameTo: string }
  /** Patches the value that contains the place, `up` levels above it. Pointers are relative to that value. */
  | { readonly up: number; readonly patch: readonly PatchOperation[] };

/** A location in a file of a bundle, or in the job without `file`; `line` and `column` count from 1. */
export interface FileLocation {
  readonly file?: string;
  readonly pointer: string;
  readonly line?: number;
  readonly column?: number;
}

/** A problem that makes a job invalid, prevents its submission, or may cause unintended behavior. */
export interface Diagnostic {
  readonly severity: Severity;
  readonly code: DiagnosticCode;
  /** Path from the checked value to the location of the problem; empty for the value itself. */
  readonly path: readonly PropertyKey[];
  /** Begins with a verb, because the path is prepended. */
  readonly message: string;
  readonly fix?: Fix;
  /** The input or output that does not exist, in a mapping `kind` beside the value. */
  readonly target?: { readonly kind: string; readonly name: string };
  /** Location in the file whose path is the value at `path`, or in the job, if it is not that of a value. */
  readonly within?: FileLocation;
  /** Path in the bundle at which nothing was found. */
  readonly missing?: string;
}

export type Report = (diagnostic: Diagnostic) => void;
