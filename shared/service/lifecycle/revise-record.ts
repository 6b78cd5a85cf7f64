import { isServiceError, ServiceError } from "../../core/errors.ts";
import type { CallOptions, Versioned } from "../../core/ports/ports.ts";
import type { RecordStore } from "../../core/ports/storage-ports.ts";
import { checkMove } from "../../core/records/phases.ts";
import type { JobRecord } from "../../core/records/record.ts";
import { type Scope, visibleJob } from "../../core/records/scope.ts";
import type { Clock } from "../../lib/clock.ts";

export interface RevisePorts {
  readonly records: RecordStore;
  readonly clock: Clock;
  /** Jobs that the caller can see; all jobs without it. */
  readonly scope?: Scope;
}

export interface Revised {
  readonly record: JobRecord;
  readonly etag: string;
  /** False when the change left the record as it was. */
  readonly changed: boolean;
}

export interface ReviseOptions extends CallOptions {
  /** The record as the caller has just read it; saves the first read. */
  readonly start?: Versioned<JobRecord>;
}

/** Returns the next record, or undefined to leave the record as it is. */
export type Change = (record: JobRecord, now: Date) => JobRecord | undefined | Promise<JobRecord | undefined>;

const maxAttempts = 8;

/**
 * Reads a record, changes it and writes it back, again from the start when another writer was faster. The only function
 * that replaces a record, so no change leaves the table of phases. Errors of `change` are thrown. Returns undefined for
 * a job that does not exist in the scope or is being deleted.
 * @throws ServiceError `conflict` after 8 attempts.
 */
export async function reviseRecord(
  ports: RevisePorts,
  name: string,
  change: Change,
  { start, ...options }: ReviseOptions = {},
): Promise<Revised | undefined> {
  const { records, clock, scope = {} } = ports;
  let found = start ?? (await records.get(name, options));
  for (let attempt = 1; ; attempt += 1) {
    const record = visibleJob(found, scope);
    if (found === undefined || record === undefined) return undefined;
    const next = await change(record, clock.now());
    if (next === undefined) return { record, etag: found.etag, changed: false };
    checkMove(record, next);
    try {
      return { record: next, etag: await records.replace(next, found.etag, options), changed: true };
    } catch (error) {
      if (!isServiceError(error, "conflict")) throw error;
      if (attempt === maxAttempts) throw keptChanging(name, error);
    }
    // Random, so that writers that met once do not meet again.
    await clock.sleep(Math.random() * 20 * 2 ** attempt, options.signal);
    found = await records.get(name, options);
  }
}

function keptChanging(name: string, cause: unknown): ServiceError {
  return new ServiceError("conflict", `Job ${name} kept changing. Try again.`, { cause, retryAfterSeconds: 1 });
}
