/** The place of a mistake, and its correction. */
export interface SyntaxCause {
  readonly offset: number;
  /** One or two sentences, of which the first begins in lowercase. */
  readonly message: string;
}
