import type { Fix } from "../../../diagnostic.ts";

/** A suggestion for an unknown key: the end of the message, the fix, and the fields that the fix adds. */
export interface Suggestion {
  readonly hint: string;
  readonly fix: Fix;
  readonly fields: readonly string[];
  /** The keys that the fix moves, if it moves more than the key itself. */
  readonly keys?: readonly string[];
}
