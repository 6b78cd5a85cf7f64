import type { IndexEntry, JobIndex } from "../../core/ports/job-index.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import { defined } from "../../lib/defined.ts";

const pageSize = 200;

/** All entries of the index, newest first. */
export async function* allEntries(index: JobIndex, options: CallOptions): AsyncGenerator<IndexEntry> {
  let continuation: string | undefined;
  do {
    const page = await index.query({ limit: pageSize, ...defined({ continuation }) }, options);
    yield* page.entries;
    continuation = page.continuation;
  } while (continuation !== undefined);
}
