/**
 * Rows of open jobs that storage lost. Azurite saves blobs and tables apart, every five seconds, so a kill between the two can
 * leave a record whose row, in `openjobs` or in the index, is gone or is newer than it. Without its row nobody would poll the job.
 */

import type { JobIndex } from "../../core/ports/job-index.ts";
import type { OpenJobs } from "../../core/ports/open-jobs.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import type { RecordStore } from "../../core/ports/storage-ports.ts";
import { isUnreadableRecord } from "../../core/records/is-unreadable-record.ts";
import { phaseOf } from "../../core/records/phases.ts";
import type { JobRecord } from "../../core/records/record.ts";
import { isTerminal } from "../../core/records/status.ts";
import type { Clock } from "../../lib/clock.ts";
import { forEachConcurrent } from "../../lib/for-each-concurrent.ts";
import { allEntries } from "../maintenance/all-entries.ts";
import { newRow } from "./ensure-open-row.ts";

export interface RestoreLostRowsPorts {
  readonly records: RecordStore;
  readonly index: JobIndex;
  readonly openJobs: OpenJobs;
  readonly clock: Clock;
  /** How many calls to storage got no answer so far: it may have been killed. */
  readonly unansweredCalls: () => number;
}

/** Names of the jobs whose rows were put back. */
export type RestoreLostRows = (options?: CallOptions) => Promise<readonly string[]>;

const atOnce = 8;
/** Far more than storage loses, and than the clocks of backends differ. */
const lostMs = 10 * 60_000;

/** Looks for lost rows once after the start, and once after calls got no answer; at any other time it calls nothing. */
export function createRestoreLostRows(ports: RestoreLostRowsPorts): RestoreLostRows {
  let looked: number | undefined;
  return async (options = {}) => {
    const silences = ports.unansweredCalls();
    if (looked === silences) return [];
    const reopened = await reopenLostRows(ports, options);
    looked = silences;
    return reopened;
  };
}

async function reopenLostRows(ports: RestoreLostRowsPorts, options: CallOptions): Promise<readonly string[]> {
  const suspects = await findSuspects(ports, options);
  const reopened: string[] = [];
  await forEachConcurrent(suspects, atOnce, async (name) => {
    if (await reopen(ports, name, options)) reopened.push(name);
  });
  return reopened;
}

/** Jobs without an open row that should have one, as the index says, or of which the index says nothing, or nothing reliable. */
async function findSuspects(
  { records, index, openJobs, clock }: RestoreLostRowsPorts,
  options: CallOptions,
): Promise<AsyncIterable<string>> {
  const now = clock.now();
  const open = new Set((await openJobs.due(now, { ...options, beyond: now })).jobs.map(({ value }) => value.name));
  const ends = new Map<string, number>();
  let newestMs = 0;
  for await (const { name, status, created_at, started_at = created_at, finished_at = started_at } of allEntries(
    index,
    options,
  )) {
    const endMs = Date.parse(finished_at);
    newestMs = Math.max(newestMs, endMs);
    ends.set(name, isTerminal(status) ? endMs : Number.POSITIVE_INFINITY);
  }
  return (async function* () {
    for await (const name of records.names(options)) {
      // The record of a job that ended a moment before the kill may be older than its row in the index.
      if (!open.has(name) && (ends.get(name) ?? Number.POSITIVE_INFINITY) > newestMs - lostMs) yield name;
    }
  })();
}

/** True if the job's row was put back; healing brings up whatever else is missing. */
async function reopen(
  { records, index, openJobs, clock }: RestoreLostRowsPorts,
  name: string,
  options: CallOptions,
): Promise<boolean> {
  const record = await readRecord(records, name, options);
  if (record === undefined) return false;
  const { created_at } = record.creation_context;
  const isDone = phaseOf(record) === "finished" && (await index.get(name, created_at, options)) !== undefined;
  // Asked after the record was read: whoever created that wrote the row before.
  if (isDone || (await openJobs.get(name, options)) !== undefined) return false;
  const { edits, archived, revision } = record;
  const isEdited = archived || Object.keys(edits).length > 0;
  const edit = isEdited ? { edit: "pending" as const, edit_revision: revision } : {};
  // Which events are out, and which edit the backend has, is not known: both are repeated.
  await openJobs.put({ ...newRow(record, clock.now()), published_seq: 0, ...edit }, options);
  return true;
}

/** One that cannot be read is named elsewhere, and waits until somebody restores it. */
async function readRecord(records: RecordStore, name: string, options: CallOptions): Promise<JobRecord | undefined> {
  try {
    return (await records.get(name, options))?.value;
  } catch (error) {
    if (isUnreadableRecord(error)) return undefined;
    throw error;
  }
}
