import { isServiceError } from "../core/errors.ts";
import { indexEntry } from "../core/index-entry.ts";
import type { CallOptions, EventSink, JobEvent, JobIndex, OpenJob, OpenJobChanges, OpenJobs, Versioned } from "../core/ports.ts";
import type { JobRecord } from "../core/record.ts";
import { isTerminal } from "../core/status.ts";

export interface SettlePorts {
  readonly openJobs: OpenJobs;
  readonly index: JobIndex;
  readonly events: EventSink;
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
}

/** The events of a record's timeline after `publishedSeq`. */
function unpublished(record: JobRecord, publishedSeq: number): readonly JobEvent[] {
  const { name, type, owner, experiment_name, revision } = record;
  return record.timeline
    .filter((entry) => entry.seq > publishedSeq)
    .map((entry) => ({ ...entry, id: `${name}:${record.submission_id}:${entry.seq}`, name, type, owner, experiment_name, revision }));
}

/** What of the record is on the row: a crash may have left it out, and a submission of the same name may have overwritten it. */
function onRow({ submission_id, dispatched_at, cancel_requested_at }: JobRecord, { cancel }: OpenJob): OpenJobChanges {
  return {
    submission_id,
    ...(dispatched_at === undefined ? {} : { dispatched_at }),
    ...(cancel_requested_at === undefined || cancel !== undefined ? {} : { cancel: "requested" }),
  };
}

/**
 * Brings everything that derives from a record up to it: index row, then events, then the row of the open jobs, which goes
 * last, and only when the job is terminal and all the rest is out. Safe to run twice, at any time, on any record.
 */
export async function settleJob({ openJobs, index, events }: SettlePorts, record: JobRecord, settle: Settle, options: CallOptions = {}): Promise<void> {
  const { row, changes, closes } = settle;
  await index.put(indexEntry(record), options);
  if (row === undefined) return;
  const pending = unpublished(record, row.value.published_seq);
  if (pending.length > 0) await events.publish(pending, options);
  if (closes && isTerminal(record.status)) return closeRow(openJobs, record.name, row.etag, options);
  const published_seq = pending.at(-1)?.seq ?? row.value.published_seq;
  const merged: OpenJobChanges = { ...onRow(record, row.value), ...changes, published_seq };
  if (differs(row.value, merged)) await openJobs.merge(record.name, merged, options);
}

function differs(row: OpenJob, changes: OpenJobChanges): boolean {
  return Object.entries(changes).some(([key, value]) => row[key as keyof OpenJob] !== value);
}

/** Deletes the row unless it changed meanwhile: then somebody else is at work on the job, and healing looks again. */
export async function closeRow(openJobs: OpenJobs, name: string, etag: string, options: CallOptions = {}): Promise<void> {
  try {
    await openJobs.delete(name, etag, options);
  } catch (error) {
    if (!isServiceError(error, "conflict")) throw error;
  }
}
