import type { Mapping } from "../../../yaml/value.ts";
import type { Context } from "../custom.ts";
import type { Payload } from "../issues.ts";
import type { Shape } from "./shapes.ts";

/** The issues of a mapping: those of the payload from index `first` on. */
export interface FoundIssues {
  readonly payload: Payload;
  readonly first: number;
  readonly input: Mapping;
  readonly shape: Shape;
  readonly context: Context;
}
