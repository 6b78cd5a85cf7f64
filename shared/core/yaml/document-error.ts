/** Thrown for a document that cannot be read; `offset` is the position of the error in its text. */
export class DocumentError extends Error {
  override readonly name = "DocumentError";
  readonly code: DocumentErrorCode;
  readonly offset: number;
  readonly path: readonly string[];
  constructor(code: DocumentErrorCode, message: string, offset: number, path: readonly string[] = []) {
    super(message);
    this.code = code;
    this.offset = offset;
    this.path = path;
  }
}
export type DocumentErrorCode =
  | "invalid_syntax"
  | "invalid_character"
  | "invalid_encoding"
  | "unsupported_tag"
  | "invalid_scalar"
  | "too_deep"
  | "too_many_nodes"
  | "too_long"
  | "empty_document";
