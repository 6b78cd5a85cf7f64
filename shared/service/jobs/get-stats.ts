import type { IndexEntry, JobIndex } from "../../core/ports/job-index.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import type { Scoped } from "../../core/records/scope.ts";
import { isTerminal } from "../../core/records/status.ts";
import type { Clock } from "../../lib/clock.ts";
import { defined } from "../../lib/defined.ts";

export interface StatsPorts extends Scoped {
  readonly index: JobIndex;
  readonly clock: Clock;
}

interface Durations {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
}

/** Jobs submitted in one interval. */
interface StatsBucket {
  /** Start of the interval (RFC 3339, UTC). */
  readonly start: string;
  readonly submitted: number;
  readonly completed: number;
  readonly failed: number;
  readonly canceled: number;
  /** Seconds from submission to start. */
  readonly queue_seconds?: Durations;
  /** Seconds from start to end. */
  readonly run_seconds?: Durations;
}

export interface Stats {
  readonly from: string;
  readonly to: string;
  /** False if the scan reached its time limit; then `from` is the start of the interval in which the scan ended. */
  readonly complete: boolean;
  readonly total: number;
  readonly by_status: Readonly<Record<string, number>>;
  readonly bucket_seconds: number;
  /** Oldest first, with intervals without jobs. */
  readonly over_time: readonly StatsBucket[];
}

const scanMs = 2000;
const pageSize = 200;
const daySeconds = 86_400;

/**
 * Counts and durations of the jobs of the last days, including archived ones, from the index. The time limit of the
 * scan is 2 s.
 */
export async function getStats(ports: StatsPorts, days: number, options: CallOptions = {}): Promise<Stats> {
  const now = ports.clock.now();
  const bucketSeconds = days <= 2 ? 3600 : daySeconds;
  const first = bucketOf(now.getTime() - days * daySeconds * 1000, bucketSeconds);
  const { entries, complete } = await scan(ports, new Date(first - 1), options);
  const from = complete ? first : bucketOf(Date.parse(entries.at(-1)?.created_at ?? now.toISOString()), bucketSeconds);
  const buckets = Map.groupBy(entries, ({ created_at }) => bucketOf(Date.parse(created_at), bucketSeconds));
  const starts = Array.from(
    { length: Math.floor((now.getTime() - from) / (bucketSeconds * 1000)) + 1 },
    (_, index) => from + index * bucketSeconds * 1000,
  );
  return {
    from: new Date(from).toISOString(),
    to: now.toISOString(),
    complete,
    total: entries.length,
    by_status: countBy(entries.map(({ status }) => status)),
    bucket_seconds: bucketSeconds,
    over_time: starts.map((start) => bucket(start, buckets.get(start) ?? [])),
  };
}

async function scan({ index, clock, scope }: StatsPorts, created_after: Date, options: CallOptions) {
  const end = clock.now().getTime() + scanMs;
  const entries: IndexEntry[] = [];
  let continuation: string | undefined;
  do {
    const remainingMs = Math.max(1, end - clock.now().getTime());
    const continuationOption = continuation === undefined ? {} : { continuation };
    const page = await index.query(
      { ...scope, created_after, limit: pageSize, scanMs: remainingMs, ...continuationOption },
      options,
    );
    entries.push(...page.entries);
    continuation = page.continuation;
  } while (continuation !== undefined && clock.now().getTime() < end);
  return { entries, complete: continuation === undefined };
}

function bucketOf(ms: number, seconds: number): number {
  return ms - (ms % (seconds * 1000));
}

function bucket(start: number, entries: readonly IndexEntry[]): StatsBucket {
  const by = countBy(entries.map(({ status }) => status));
  const queue = durations(entries.map(({ created_at, started_at }) => secondsBetween(created_at, started_at)));
  const run = durations(
    entries
      .filter(({ status }) => isTerminal(status))
      .map(({ started_at, finished_at }) => secondsBetween(started_at, finished_at)),
  );
  return {
    start: new Date(start).toISOString(),
    submitted: entries.length,
    completed: by.Completed ?? 0,
    failed: by.Failed ?? 0,
    canceled: by.Canceled ?? 0,
    ...defined({ queue_seconds: queue, run_seconds: run }),
  };
}

function countBy(statuses: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const status of statuses) counts.set(status, (counts.get(status) ?? 0) + 1);
  return Object.fromEntries(counts);
}

/** Undefined unless both times are given; 0 if the clock of the backend is behind that of the service. */
function secondsBetween(from: string | undefined, to: string | undefined): number | undefined {
  return from === undefined || to === undefined ? undefined : Math.max(0, (Date.parse(to) - Date.parse(from)) / 1000);
}

function durations(seconds: readonly (number | undefined)[]): Durations | undefined {
  const known = seconds.filter((value) => value !== undefined).toSorted((a, b) => a - b);
  if (known.length === 0) return undefined;
  const rank = (share: number) => known[Math.ceil(share * known.length) - 1] ?? 0;
  return { count: known.length, p50: rank(0.5), p95: rank(0.95) };
}
