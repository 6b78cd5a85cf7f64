/**
 * Restores openjobs rows that storage lost. Azurite saves blobs and tables separately, every five seconds. If it is
 * killed between the two, the row of a record in `openjobs` or in the index may be missing or newer than the record,
 * and without its openjobs row a job is neither polled nor healed.
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
  /** Number of storage calls without a response so far; storage may have been killed. */
  readonly unansweredCalls: () => number;
}

/** Returns the names of the jobs whose rows were restored. */
export type RestoreLostRows = (options?: CallOptions) => Promise<readonly string[]>;

const maxParallel = 8;
/** Longer than the period of writes that a killed storage loses plus the clock skew of backends. */
const lossWindowMs = 10 * 60_000;

/**
 * Searches for lost rows once after the start, and once after storage calls without a response. Otherwise it makes no
 * calls.
 */
export function createRestoreLostRows(ports: RestoreLostRowsPorts): RestoreLostRows {
  let handledCalls: number | undefined;
  return async (options = {}) => {
    const unanswered = ports.unansweredCalls();
    if (handledCalls === unanswered) return [];
    const restored = await restoreLostRows(ports, options);
    handledCalls = unanswered;
    return restored;
  };
}

async function restoreLostRows(ports: RestoreLostRowsPorts, options: CallOptions): Promise<readonly string[]> {
  const candidates = await findCandidates(ports, options);
  const restored: string[] = [];
  await forEachConcurrent(candidates, maxParallel, async (name) => {
    if (await restoreIfLost(ports, name, options)) restored.push(name);
  });
  return restored;
}

/** Jobs without an openjobs row that the index lists as unfinished, as just finished, or not at all. */
async function findCandidates(
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
      // The record of a job that ended just before the kill may be older than its index row.
      if (!open.has(name) && (ends.get(name) ?? Number.POSITIVE_INFINITY) > newestMs - lossWindowMs) yield name;
    }
  })();
}

/** True if the job's row was restored. Healing repairs everything else. */
async function restoreIfLost(
  { records, index, openJobs, clock }: RestoreLostRowsPorts,
  name: string,
  options: CallOptions,
): Promise<boolean> {
  const record = await readRecord(records, name, options);
  if (record === undefined) return false;
  const { created_at } = record.creation_context;
  const isDone = phaseOf(record) === "finished" && (await index.get(name, created_at, options)) !== undefined;
  // The row is read after the record, because a submission writes them in the other order.
  if (isDone || (await openJobs.get(name, options)) !== undefined) return false;
  const { edits, archived, revision } = record;
  const isEdited = archived || Object.keys(edits).length > 0;
  const edit = isEdited ? { edit: "pending" as const, edit_revision: revision } : {};
  // Published events and sent edits are unknown, so both are repeated.
  await openJobs.put({ ...newRow(record, clock.now()), published_seq: 0, ...edit }, options);
  return true;
}

/** Undefined also for an unreadable record, which the poll and healing report. */
async function readRecord(records: RecordStore, name: string, options: CallOptions): Promise<JobRecord | undefined> {
  try {
    return (await records.get(name, options))?.value;
  } catch (error) {
    if (isUnreadableRecord(error)) return undefined;
    throw error;
  }
}
