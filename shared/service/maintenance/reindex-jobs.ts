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
  /** Number of dumps written because they were missing or differed from the record. */
  readonly dumps: number;
  /** Number of index rows written because they were missing or differed from the record. */
  readonly rows: number;
  /** Number of index rows deleted because they had no record. */
  readonly removed: number;
  readonly failed: readonly { readonly name: string; readonly error: unknown }[];
}

export interface ReindexOptions extends CallOptions {
  /** Called after every 500 records with the number of records so far. */
  readonly onProgress?: (records: number) => void;
}

const concurrency = 8;
const progressInterval = 500;

/**
 * Restores every dump and index row that differs from its record, and deletes index rows without a record. Safe while
 * the service runs. A job that fails does not stop the others.
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
      // An unreadable record fails in both loops but is reported once.
      if (!report.failed.some((failure) => failure.name === name)) report.failed.push({ name, error });
    }
  };
  for await (const names of batches(ports.records.names(options), concurrency)) {
    const restore = async (name: string) => {
      const { dump, row } = await restoreJob(ports, name, options);
      report.dumps += dump ? 1 : 0;
      report.rows += row ? 1 : 0;
    };
    await Promise.all(names.map((name) => attempt(name, () => restore(name))));
    const before = report.records;
    report.records += names.length;
    if (Math.floor(before / progressInterval) !== Math.floor(report.records / progressInterval))
      onProgress?.(report.records);
  }
  for await (const entries of batches(allEntries(ports.index, options), concurrency)) {
    const check = async (entry: IndexEntry) => {
      if (await deleteStrayRow(ports, entry, options)) report.removed += 1;
    };
    await Promise.all(entries.map((entry) => attempt(entry.name, () => check(entry))));
  }
  return report;
}

/** The record of a job; undefined if it is missing or being deleted. */
async function recordOf(records: RecordStore, name: string, options: CallOptions): Promise<JobRecord | undefined> {
  const record = (await records.get(name, options))?.value;
  return record === undefined || phaseOf(record) === "deleting" ? undefined : record;
}

/** Restores the dump and the index row of a job; returns which of them were written. */
async function restoreJob(
  ports: ReindexPorts,
  name: string,
  options: CallOptions,
): Promise<{ readonly dump: boolean; readonly row: boolean }> {
  const { records, dumps } = ports;
  const record = await recordOf(records, name, options);
  if (record === undefined) return { dump: false, row: false };
  const stored = await dumps.get(name, options);
  const isStale = stored !== record.dump;
  // A put does not change an existing dump.
  if (isStale && stored !== undefined) await dumps.delete(name, options);
  if (isStale) await dumps.put(name, record.dump, options);
  return { dump: isStale, row: await restoreIndexRow(ports, record, options) };
}

/** True if the row was written. */
async function restoreIndexRow(
  { records, index, jobReader }: ReindexPorts,
  record: JobRecord,
  options: CallOptions,
): Promise<boolean> {
  const { name } = record;
  const { created_at } = record.creation_context;
  const entry = indexEntry(jobReader, record);
  const stored = await index.get(name, created_at, options);
  if (stored !== undefined && (isEqual(stored, entry) || stored.revision > entry.revision)) return false;
  // A put does not change a row of the same revision.
  if (stored?.revision === entry.revision) await index.delete(name, created_at, options);
  await index.put(entry, options);
  // The delete may have removed a newer row that was written meanwhile.
  const current = await recordOf(records, name, options);
  if (current !== undefined && current.revision !== record.revision)
    await index.put(indexEntry(jobReader, current), options);
  return true;
}

/** Deletes an index row without a record; true if it was deleted. */
async function deleteStrayRow(
  { records, index }: ReindexPorts,
  { name, created_at }: IndexEntry,
  options: CallOptions,
): Promise<boolean> {
  const record = await recordOf(records, name, options);
  if (record?.creation_context.created_at === created_at) return false;
  await index.delete(name, created_at, options);
  return true;
}

function isEqual(a: IndexEntry, b: IndexEntry): boolean {
  const text = (entry: IndexEntry) => JSON.stringify(Object.entries(entry).toSorted(([x], [y]) => (x < y ? -1 : 1)));
  return text(a) === text(b);
}

async function* batches<T>(all: AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
  let batch: T[] = [];
  for await (const item of all) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
