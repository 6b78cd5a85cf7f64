/** A pattern of an ignore file, as it is parsed and compiled. */

/** A character that a pattern accepts: this one, any but a slash, or one of a set. */
export type CharacterToken =
  | { readonly kind: "literal"; readonly character: string }
  | { readonly kind: "any" }
  | { readonly kind: "set"; readonly size: number; readonly matches: (character: string) => boolean };

/** A part of a pattern between slashes; "*" is any number of characters, "**" any number of segments. */
export type Segment = "**" | readonly ("*" | CharacterToken)[];

/** A path in the forms that patterns are compared with. */
export interface PathText {
  /** The path between slashes. */
  readonly whole: string;
  /** The folders of the path between slashes; undefined for a path without folders. */
  readonly folders: string | undefined;
  /** Code points of the path and a final slash. */
  codePoints(): Uint32Array;
}

export interface Glob {
  /** Whether the pattern matches the path or a folder above it. */
  matches(path: PathText): boolean;
  /** Upper bound of the time for one character of a path; 1 is a step of 32 states of the automaton. */
  readonly cost: number;
}
