import type { Mapping } from "../yaml/value.ts";
import type { Job, KnownFields } from "./job.ts";
import type { FilesContext } from "./local-files.ts";
import type { Piece } from "./piece.ts";

/** How jobs of one type are read. */
export interface JobType {
  readonly schema: Piece<object>;
  /** Puts what other files hold in place of their names, before the schema is applied. */
  prepare?(payload: Mapping, context: FilesContext): Mapping;
  /** Looks for what can never run, and resolves local files; returns the fields of the job. */
  check(fields: Mapping, context: FilesContext): Mapping;
  make(fields: Mapping, known: KnownFields): Job;
}
