/** The state of composing a document, and its limits. */
import type { Event } from "js-yaml";
import { DocumentError, type DocumentErrorCode } from "./document-error.ts";
import type { Scalar, Value } from "./value.ts";
import type { ValueOffsets } from "./value-offsets.ts";

export interface ComposeLimits {
  readonly depth: number;
  readonly nodes: number;
}

/** A duplicate key, or a key that is not text (`nonText`: a number, a boolean, null or a date). */
export interface KeyIssue {
  readonly kind: "duplicate" | "nonText";
  readonly path: readonly string[];
  readonly offset: number;
  /** The kind of a key that is not text, for messages. */
  readonly valueKind: string;
  /** The first value of a duplicate key, which is not used. */
  readonly lost?: Value;
}

export interface Anchor {
  value: Value;
  /** Number of its values, including itself. */
  nodes: number;
  /** Number of characters of its texts. */
  characters: number;
  /** Number of its nesting levels. */
  height: number;
  done: boolean;
}

export interface State {
  readonly source: string;
  readonly original: string | undefined;
  readonly events: readonly Event[];
  readonly limits: ComposeLimits;
  readonly resolvePlain: (text: string) => Scalar | undefined;
  readonly offsets: ValueOffsets;
  /** Whether a key is read, whose parts have no offsets. */
  isInKey: boolean;
  readonly anchors: Map<string, Anchor>;
  readonly keyIssues: KeyIssue[];
  readonly path: string[];
  index: number;
  nodes: number;
  characters: number;
  /** Number of characters that aliases expand to. */
  aliasCharacters: number;
  /** Deepest nesting level since the innermost anchor began. */
  deepest: number;
}

/** @throws DocumentError at the current path. */
export function fail(state: State, code: DocumentErrorCode, message: string, offset: number): never {
  throw new DocumentError(code, message, offset, [...state.path]);
}

export function countNodes(state: State, nodes: number, offset: number): void {
  state.nodes += nodes;
  if (state.nodes > state.limits.nodes) {
    fail(
      state,
      "too_many_nodes",
      `The document has more than ${state.limits.nodes} values, with its aliases expanded.`,
      offset,
    );
  }
}

export function enterLevel(state: State, depth: number, offset: number): void {
  if (depth > state.deepest) state.deepest = depth;
  if (depth > state.limits.depth)
    fail(state, "too_deep", `The document is nested deeper than ${state.limits.depth} levels.`, offset);
}

/** The next event. The parser ends every document, so a missing event is an error of this code. */
export function nextEvent(state: State): Event {
  const event = state.events[state.index];
  if (event === undefined) throw new RangeError("The event stream ends within a document.");
  return event;
}
