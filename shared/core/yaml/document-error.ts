export type DocumentErrorCode =
  | "invalid_syntax"
  | "invalid_character"
  | "invalid_encoding"
  | "unsupported_tag"
  | "invalid_scalar"
  | "too_deep"
  | "too_many_nodes"
  | "empty_document";

/** What is wrong with a document at an offset; thrown, because nothing can be said about the rest. */
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

/** @throws DocumentError, always: the text breaks a rule of YAML at this offset. */
export function syntaxError(what: string, offset: number): never {
  throw new DocumentError("invalid_syntax", `The YAML cannot be read: ${what}.`, offset);
}

export function tooDeep(maxDepth: number, offset: number): DocumentError {
  return new DocumentError("too_deep", `The document is nested deeper than ${maxDepth} levels.`, offset);
}

export function tooManyNodes(maxNodes: number, offset: number): DocumentError {
  return new DocumentError("too_many_nodes", `The document has more than ${maxNodes} values, counting what its aliases stand for.`, offset);
}
