import type { OpenJob, OpenJobs } from "../../core/ports/open-jobs.ts";
import type { CallOptions, Versioned } from "../../core/ports/ports.ts";
import type { JobRecord } from "../../core/records/record.ts";
import { isTerminal } from "../../core/records/status.ts";
import type { Clock } from "../../lib/clock.ts";
import { defined } from "../../lib/defined.ts";

export interface OpenRowPorts {
  readonly openJobs: OpenJobs;
  readonly clock: Clock;
}

/** Longer than any call may take: until then nobody but the caller takes the row away. */
const healMs = 60_000;
const pollMs = 600_000;

/**
 * Sees to it, before a record is written, that its job has an open row, so that a crash after the write heals. The row of a
 * finished job gets a new ETag: who ended the job a moment before, and is about to delete it, leaves it. `editRevision`: the
 * revision of an edit that the backend has to be told of.
 */
export async function ensureOpenRow(
  { openJobs, clock }: OpenRowPorts,
  record: JobRecord,
  options: CallOptions & { readonly editRevision?: number } = {},
): Promise<Versioned<OpenJob>> {
  const { name } = record;
  const { editRevision } = options;
  const now = clock.now().getTime();
  const due = {
    heal_at: new Date(now + healMs).toISOString(),
    ...(editRevision === undefined ? {} : { edit: "pending" as const, edit_revision: editRevision }),
  };
  const open = await openJobs.get(name, options);
  if (open !== undefined && !isTerminal(record.status)) {
    await openJobs.merge(name, due, options);
    return open;
  }
  const value = open === undefined ? { ...newRow(record, new Date(now + pollMs)), ...due } : { ...open.value, ...due };
  return { value, etag: await openJobs.put(value, options) };
}

/** A new row of a job that has none, due at this time. */
export function newRow(
  { name, submission_id, backend, dispatched_at, creation_context, timeline }: JobRecord,
  due: Date,
): OpenJob {
  return {
    name,
    submission_id,
    backend,
    created_at: creation_context.created_at,
    next_poll_at: due.toISOString(),
    heal_at: due.toISOString(),
    ...defined({ dispatched_at }),
    // No row: everything was out.
    published_seq: timeline.at(-1)?.seq ?? 0,
  };
}
