import type { IndexEntry, JobIndex } from "../../core/ports/job-index.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import type { DumpStore, RecordStore } from "../../core/ports/storage-ports.ts";
import { indexEntry } from "../../core/records/index-entry.ts";
import type { JobReader } from "../../core/records/job-reader.ts";
import { phaseOf } from "../../core/records/phases.ts";
import type { JobRecord } from "../../core/records/record.ts";
import { allEntries } from "./all-entries.ts";

export interface ReindexPorts {
  readonly records: RecordStore;
  readonly dumps: DumpStore;
  readonly index: JobIndex;
  readonly jobReader: JobReader;
}

export interface ReindexReport {
  readonly records: number;
  /** Dumps that were missing or not the record's, and are now. */
  readonly dumps: number;
  /** Rows of the index that were missing or not the record's, and are now. */
  readonly rows: number;
  /** Rows of jobs that are not there, which are gone now. */
  readonly removed: number;
  readonly failed: readonly { readonly name: string; readonly error: unknown }[];
}

export interface ReindexOptions extends CallOptions {
  /** Told now and then how many records were looked at. */
  readonly onProgress?: (records: number) => void;
}

const atOnce = 8;
const progressEvery = 500;

/**
 * Makes every dump and every row of the index anew where it is not what its record says, and removes rows without a
 * record. Safe while the service runs. One job that fails does not stop the others.
 */
export async function reindexJobs(
  ports: ReindexPorts,
  { onProgress, ...options }: ReindexOptions = {},
): Promise<ReindexReport> {
  const report = { records: 0, dumps: 0, rows: 0, removed: 0, failed: [] as { name: string; error: unknown }[] };
  const attempt = async (name: string, work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      // A record that cannot be read fails once more when its row is checked.
      if (!report.failed.some((one) => one.name === name)) report.failed.push({ name, error });
    }
  };
  for await (const names of batches(ports.records.names(options), atOnce)) {
    const restore = async (name: string) => {
      const { dump, row } = await restoreJob(ports, name, options);
      report.dumps += dump ? 1 : 0;
      report.rows += row ? 1 : 0;
    };
    await Promise.all(names.map((name) => attempt(name, () => restore(name))));
    const before = report.records;
    report.records += names.length;
    if (Math.floor(before / progressEvery) !== Math.floor(report.records / progressEvery)) onProgress?.(report.records);
  }
  for await (const entries of batches(allEntries(ports.index, options), atOnce)) {
    const check = async (entry: IndexEntry) => {
      if (await removeStray(ports, entry, options)) report.removed += 1;
    };
    await Promise.all(entries.map((entry) => attempt(entry.name, () => check(entry))));
  }
  return report;
}

/** Undefined, too, for a job that is being deleted. */
async function recordOf(records: RecordStore, name: string, options: CallOptions): Promise<JobRecord | undefined> {
  const record = (await records.get(name, options))?.value;
  return record === undefined || phaseOf(record) === "deleting" ? undefined : record;
}

async function restoreJob(
  ports: ReindexPorts,
  name: string,
  options: CallOptions,
): Promise<{ readonly dump: boolean; readonly row: boolean }> {
  const { records, dumps } = ports;
  const record = await recordOf(records, name, options);
  if (record === undefined) return { dump: false, row: false };
  const written = await dumps.get(name, options);
  const dump = written !== record.dump;
  if (dump && written !== undefined) await dumps.delete(name, options);
  if (dump) await dumps.put(name, record.dump, options);
  return { dump, row: await restoreRow(ports, record, options) };
}

/** True when the row was written. */
async function restoreRow(
  { records, index, jobReader }: ReindexPorts,
  record: JobRecord,
  options: CallOptions,
): Promise<boolean> {
  const { name } = record;
  const { created_at } = record.creation_context;
  const entry = indexEntry(jobReader, record);
  const there = await index.get(name, created_at, options);
  if (there !== undefined && (same(there, entry) || there.revision > entry.revision)) return false;
  // A row of the same revision, which `put` would leave as it is.
  if (there?.revision === entry.revision) await index.delete(name, created_at, options);
  await index.put(entry, options);
  // Somebody may have written a newer row between the look and the delete; it is as the record says now.
  const now = await recordOf(records, name, options);
  if (now !== undefined && now.revision !== record.revision) await index.put(indexEntry(jobReader, now), options);
  return true;
}

async function removeStray(
  { records, index }: ReindexPorts,
  { name, created_at }: IndexEntry,
  options: CallOptions,
): Promise<boolean> {
  const record = await recordOf(records, name, options);
  if (record?.creation_context.created_at === created_at) return false;
  await index.delete(name, created_at, options);
  return true;
}

function same(a: IndexEntry, b: IndexEntry): boolean {
  const text = (entry: IndexEntry) => JSON.stringify(Object.entries(entry).toSorted(([x], [y]) => (x < y ? -1 : 1)));
  return text(a) === text(b);
}

async function* batches<T>(all: AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
  let batch: T[] = [];
  for await (const one of all) {
    batch.push(one);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
