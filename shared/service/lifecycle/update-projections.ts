import { isServiceError } from "../../core/errors.ts";
import type { JobIndex } from "../../core/ports/job-index.ts";
import { neverPolled, type OpenJob, type OpenJobChanges, type OpenJobs } from "../../core/ports/open-jobs.ts";
import type { CallOptions, EventSink, Versioned } from "../../core/ports/ports.ts";
import type { DumpStore } from "../../core/ports/storage-ports.ts";
import { indexEntry } from "../../core/records/index-entry.ts";
import type { JobReader } from "../../core/records/job-reader.ts";
import { isFinished, wasDispatched } from "../../core/records/phases.ts";
import type { JobRecord } from "../../core/records/record.ts";
import type { Clock } from "../../lib/clock.ts";
import { EventsNotPublished, publishEvents } from "./publish-events.ts";

export interface ProjectionPorts {
  readonly openJobs: OpenJobs;
  readonly dumps: DumpStore;
  readonly index: JobIndex;
  readonly events: EventSink;
  readonly clock: Clock;
  readonly jobReader: JobReader;
}

export interface ProjectionOptions {
  /** The row as read before the record was written; undefined for a job without one. */
  readonly row: Versioned<OpenJob> | undefined;
  /** Further changes of the row of a job that stays open. */
  readonly changes?: OpenJobChanges;
  /**
   * True for the operation that finished the job, and for healing: the row of a finished job is deleted. Any other
   * operation could delete the row of an edit that has just started.
   */
  readonly closes: boolean;
  /** Changes the row only if it was not modified since it was read. @throws ServiceError `conflict` otherwise. */
  readonly ifUnchanged?: boolean;
}

/**
 * Updates everything derived from a record: the index row, then the events, and last the openjobs row, which is deleted
 * if the job is finished and no edit is pending. Safe to repeat at any time for any record. If events cannot be
 * published, everything else is still updated, and healing is due in its next run.
 * @throws EventsNotPublished after everything else is up to date.
 */
export async function updateProjections(
  ports: ProjectionPorts,
  record: JobRecord,
  projection: ProjectionOptions,
  options: CallOptions = {},
): Promise<void> {
  const { row } = projection;
  await ports.index.put(indexEntry(ports.jobReader, record), options);
  if (row === undefined) return;
  try {
    const seq = await publishEvents(ports.events, record, row.value.published_seq, options);
    await updateRow(ports, record, { ...projection, row }, { published_seq: seq }, options);
  } catch (error) {
    if (!(error instanceof EventsNotPublished)) throw error;
    const unpublished = { heal_at: ports.clock.now().toISOString(), published_seq: error.publishedSeq };
    await updateRow(ports, record, { ...projection, row, closes: false }, unpublished, options);
    throw error;
  }
}

async function updateRow(
  ports: ProjectionPorts,
  record: JobRecord,
  { row, changes = {}, closes, ifUnchanged = false }: ProjectionOptions & { readonly row: Versioned<OpenJob> },
  published: OpenJobChanges,
  options: CallOptions,
): Promise<void> {
  const { openJobs, clock } = ports;
  const next = { ...row.value, ...changes };
  // Only the row stores that an edit is pending.
  if (closes && isFinished(record) && next.edit !== "pending") {
    // Without the row, no operation would find that the dump is missing.
    await ensureDump(ports, record, next, options);
    return closeRow(openJobs, record.name, row.etag, options);
  }
  const merged: OpenJobChanges = { ...derivedChanges(record, row.value, clock.now()), ...published, ...changes };
  const terminalChanges = isFinished(record) ? { next_poll_at: neverPolled } : {};
  const condition = ifUnchanged ? { etag: row.etag } : {};
  if (differs(row.value, merged))
    await openJobs.merge(record.name, { ...merged, ...terminalChanges }, { ...options, ...condition });
}

/**
 * Fields of the row derived from the record: a crash may have prevented their write, and a submission of the same name
 * may have overwritten them. The poll is due immediately if they changed.
 */
function derivedChanges(record: JobRecord, row: OpenJob, now: Date): OpenJobChanges {
  const { submission_id, dispatched_at, cancel_requested_at } = record;
  const changes: OpenJobChanges = {
    ...(wasDispatched(record) && !wasDispatched(row) ? { dispatched_at } : {}),
    ...(cancel_requested_at === undefined || row.cancel !== undefined ? {} : { cancel: "requested" }),
  };
  const due = Object.keys(changes).length === 0 ? {} : { next_poll_at: now.toISOString() };
  return { submission_id, ...changes, ...due };
}

/**
 * Writes `job.yml`, whose write a crash during the submission may have prevented, unless the row stores that healing
 * wrote it.
 */
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

/**
 * Deletes the row unless it has changed: then another operation is working on the job, and healing repeats this later.
 */
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
