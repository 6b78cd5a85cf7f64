import type { IndexEntry, IndexPage, IndexQuery, JobIndex } from "../../core/ports/job-index.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import type { StorageTrouble } from "../../core/ports/storage-ports.ts";
import type { Scoped } from "../../core/records/scope.ts";
import { storageNotice } from "../../core/records/storage-notice.ts";

export interface ListJobsPorts extends Scoped {
  readonly index: JobIndex;
  readonly storageTrouble?: StorageTrouble;
}

/** Time limit for the scan of one page. When it is reached, the page has fewer jobs. */
const scanMs = 2000;

/** One page of jobs, newest first. @throws ServiceError `invalid_query` for a continuation of another query. */
export async function listJobs(
  { index, scope, storageTrouble }: ListJobsPorts,
  query: Omit<IndexQuery, "scanMs" | "owner">,
  options: CallOptions = {},
): Promise<IndexPage> {
  const page = await index.query({ ...query, ...scope, scanMs }, options);
  const trouble = await storageTrouble?.();
  const withNotice = (entry: IndexEntry) => {
    const notice = storageNotice(entry, trouble);
    return notice === undefined ? entry : { ...entry, notice };
  };
  return trouble === undefined ? page : { ...page, entries: page.entries.map(withNotice) };
}
