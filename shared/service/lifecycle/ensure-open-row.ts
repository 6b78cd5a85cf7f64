import type { OpenJob, OpenJobChanges, OpenJobs } from "../../core/ports/open-jobs.ts";
import type { CallOptions, Versioned } from "../../core/ports/ports.ts";
import { isFinished } from "../../core/records/phases.ts";
import type { JobRecord } from "../../core/records/record.ts";
import type { Clock } from "../../lib/clock.ts";
import { defined } from "../../lib/defined.ts";

export interface OpenRowPorts {
  readonly openJobs: OpenJobs;
  readonly clock: Clock;
}

/** Longer than any call, so that healing does not delete the row during the operation. */
const healMs = 60_000;
const pollMs = 600_000;

/**
 * Ensures, before a record is written, that its job has an openjobs row with these changes, so that healing finds the
 * job after a crash. Healing is due in a minute.
 */
export async function ensureOpenRow(
  { openJobs, clock }: OpenRowPorts,
  record: JobRecord,
  changes: OpenJobChanges,
  options: CallOptions = {},
): Promise<Versioned<OpenJob>> {
  const { name } = record;
  const now = clock.now().getTime();
  const due = { heal_at: new Date(now + healMs).toISOString(), ...changes };
  // The row of an unfinished job has other writers, so it is not replaced as a whole.
  if (!isFinished(record)) await openJobs.merge(name, due, options);
  const open = await openJobs.get(name, options);
  if (open !== undefined && !isFinished(record)) return open;
  // The write changes the ETag of a finished job's row: a concurrent delete of the row then fails.
  const value = { ...(open?.value ?? newRow(record, new Date(now + pollMs))), ...due };
  return { value, etag: await openJobs.put(value, options) };
}

/** A new row for a job; poll and healing are due at `due`, and every event counts as published. */
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
    published_seq: timeline.at(-1)?.seq ?? 0,
  };
}
