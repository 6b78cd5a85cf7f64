import type { Mapping } from "../yaml/value.ts";
import type { CheckContext } from "./checks/local-files.ts";
import type { Job } from "./job.ts";
import type { KnownFields } from "./known-fields.ts";
import type { Piece } from "./schema/schema.ts";

/** How jobs of one type are read. */
export interface JobType {
  readonly schema: Piece<object>;
  /** What is made of fields that the schema has read. */
  readonly jobClass: new (
    fields: never,
    known: KnownFields,
  ) => Job;
  /** What inputs and outputs may be called, where it is not what they may be called elsewhere. */
  readonly portName?: RegExp;
  /** Puts what other files hold in place of their names, before the schema is applied. */
  prepare?(payload: Mapping, context: CheckContext): Mapping;
  /** Looks for what can never run, beyond what is asked of every job, and resolves local files; returns the fields of the job. */
  check(fields: Mapping, context: CheckContext): Mapping;
}
