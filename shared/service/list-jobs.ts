import type { CallOptions, IndexPage, IndexQuery, JobIndex } from "../core/ports.ts";

export interface ListJobsPorts {
  readonly index: JobIndex;
}

/** A page scans at most so long, and may be short then. */
const scanMs = 2000;

/** One page of jobs, newest first. @throws ServiceError `invalid_query` for a foreign or tampered continuation. */
export function listJobs({ index }: ListJobsPorts, query: Omit<IndexQuery, "scanMs">, options: CallOptions = {}): Promise<IndexPage> {
  return index.query({ ...query, scanMs }, options);
}
