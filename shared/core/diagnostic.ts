/**
 * Every code of an issue or a warning of a job.
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

/**
 * How bad it is: an `error` makes the job invalid, a `blocker` only prevents its submission, and a `warning` neither.
 */
export type Severity = "error" | "blocker" | "warning";

/** A change that mends the place of a diagnostic. */
export type Fix = { readonly replaceWith: unknown } | { readonly renameTo: string };

/** A place in a file of a bundle; `line` and `column` count from 1. */
export interface FileLocation {
  readonly file: string;
  readonly pointer: string;
  readonly line?: number;
  readonly column?: number;
}

/** A cause for which a job is invalid, cannot be submitted, or may not run as meant. */
export interface Diagnostic {
  readonly severity: Severity;
  readonly code: DiagnosticCode;
  /** From the checked value to the place; empty for the value itself. */
  readonly path: readonly PropertyKey[];
  /** Begins with a verb, because the place is put before it. */
  readonly message: string;
  readonly fix?: Fix;
  /** The place in a file, if the file is named at `path`. */
  readonly within?: FileLocation;
}

export type Report = (diagnostic: Diagnostic) => void;
