import type { IndexPage, IndexQuery, JobIndex } from "../core/job-index.ts";
import type { CallOptions } from "../core/ports.ts";
import type { Scoped } from "../core/scope.ts";

export interface ListJobsPorts extends Scoped {
  readonly index: JobIndex;
}

/** A page scans at most so long, and may be short then. */
const scanMs = 2000;

/** One page of jobs, newest first. @throws ServiceError `invalid_query` for a foreign or tampered continuation. */
export function listJobs({ index, scope }: ListJobsPorts, query: Omit<IndexQuery, "scanMs" | "owner">, options: CallOptions = {}): Promise<IndexPage> {
  return index.query({ ...query, ...scope, scanMs }, options);
}
