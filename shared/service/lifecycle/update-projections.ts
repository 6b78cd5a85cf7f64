import { isServiceError } from "../../core/errors.ts";
import type { JobIndex } from "../../core/ports/job-index.ts";
import { neverPolled, type OpenJob, type OpenJobChanges, type OpenJobs } from "../../core/ports/open-jobs.ts";
import type { CallOptions, EventSink, Versioned } from "../../core/ports/ports.ts";
import type { DumpStore } from "../../core/ports/storage-ports.ts";
import { indexEntry } from "../../core/records/index-entry.ts";
import type { JobRecord } from "../../core/records/record.ts";
import { isTerminal } from "../../core/records/status.ts";
import type { Clock } from "../../lib/clock.ts";
import { publishEvents } from "./publish-events.ts";

export interface ProjectionPorts {
  readonly openJobs: OpenJobs;
  readonly dumps: DumpStore;
  readonly index: JobIndex;
  readonly events: EventSink;
  readonly clock: Clock;
}

export interface Settle {
  /** The row as it was before the record was written, or read; undefined: there was none. */
  readonly row: Versioned<OpenJob> | undefined;
  /** What else to write on the row, if the job stays open. */
  readonly changes?: OpenJobChanges;
  /**
   * Whether the row of a terminal job goes: only for who made the job terminal, and for healing. Anybody else could take
   * away the row of an edit that has only begun.
   */
  readonly closes: boolean;
  /** Writes on the row only if it is as it was. @throws ServiceError `conflict` when it is not. */
  readonly ifUnchanged?: boolean;
}

/**
 * What of the record is on the row: a crash may have left it out, and a submission of the same name may have overwritten it.
 * Where that was news, the poll looks at once.
 */
function onRow(
  { submission_id, dispatched_at, cancel_requested_at }: JobRecord,
  row: OpenJob,
  now: Date,
): OpenJobChanges {
  const news: OpenJobChanges = {
    ...(dispatched_at === undefined || row.dispatched_at !== undefined ? {} : { dispatched_at }),
    ...(cancel_requested_at === undefined || row.cancel !== undefined ? {} : { cancel: "requested" }),
  };
  return { submission_id, ...news, ...(Object.keys(news).length === 0 ? {} : { next_poll_at: now.toISOString() }) };
}

/**
 * Brings everything that derives from a record up to it: index row, then events, then the row of the open jobs, which goes
 * last, and only when the job is terminal and all the rest is out. Safe to run twice, at any time, on any record. Events that
 * cannot be published hold nothing up: they stay in the timeline, the row stays, and healing tries again at its next tick.
 * Why they could not, if so.
 */
export async function updateProjections(
  ports: ProjectionPorts,
  record: JobRecord,
  settle: Settle,
  options: CallOptions = {},
): Promise<unknown> {
  const { openJobs, index, events, clock } = ports;
  const { row, changes, ifUnchanged = false } = settle;
  await index.put(indexEntry(record), options);
  if (row === undefined) return undefined;
  const told = { ...row.value, ...changes };
  // An edit that the backend does not know of yet is nowhere else to be found.
  const closes = settle.closes && isTerminal(record.status) && told.edit !== "pending";
  const { seq, failure } = await publishEvents(events, record, row.value.published_seq, options);
  if (failure === undefined && closes) {
    // Without the row nobody would find out that it is missing.
    await ensureDump(ports, record, told, options);
    await closeRow(openJobs, record.name, row.etag, options);
    return undefined;
  }
  const again = failure === undefined ? {} : { heal_at: clock.now().toISOString() };
  const merged: OpenJobChanges = { ...onRow(record, row.value, clock.now()), ...again, ...changes, published_seq: seq };
  const over = isTerminal(record.status) ? { next_poll_at: neverPolled } : {};
  const condition = ifUnchanged ? { etag: row.etag } : {};
  if (differs(row.value, merged))
    await openJobs.merge(record.name, { ...merged, ...over }, { ...options, ...condition });
  return failure;
}

/** Writes `job.yml`, as whoever submitted the job may have crashed before, unless the row tells that healing has done so. */
export async function ensureDump(
  { dumps }: Pick<ProjectionPorts, "dumps">,
  record: JobRecord,
  row: OpenJob,
  options: CallOptions,
): Promise<void> {
  if (row.dump_of !== record.submission_id) await dumps.put(record.name, record.dump, options);
}

function differs(row: OpenJob, changes: OpenJobChanges): boolean {
  return Object.entries(changes).some(([key, value]) => row[key as keyof OpenJob] !== value);
}

/** Deletes the row unless it changed meanwhile: then somebody else is at work on the job, and healing looks again. */
export async function closeRow(
  openJobs: OpenJobs,
  name: string,
  etag: string,
  options: CallOptions = {},
): Promise<void> {
  try {
    await openJobs.delete(name, etag, options);
  } catch (error) {
    if (!isServiceError(error, "conflict")) throw error;
  }
}
