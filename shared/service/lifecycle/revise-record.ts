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
  /** Jobs visible to the caller; all jobs if undefined. */
  readonly scope?: Scope;
}

export interface Revised {
  readonly record: JobRecord;
  readonly etag: string;
  /** False if the change did not modify the record. */
  readonly changed: boolean;
}

export interface ReviseOptions extends CallOptions {
  /** The record as the caller has just read it; saves the first read. */
  readonly start?: Versioned<JobRecord>;
}

/** Returns the next record, or undefined for no change. */
export type Change = (record: JobRecord, now: Date) => JobRecord | undefined | Promise<JobRecord | undefined>;

const maxAttempts = 8;

/**
 * Reads a record, changes it and writes it back; starts again after a conflicting write. The only function that
 * replaces a record, so every change is checked against the table of phases. Errors of `change` are thrown. Returns
 * undefined for a job that does not exist in the scope or is being deleted.
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
      if (attempt === maxAttempts) throw tooManyConflicts(name, error);
    }
    // Random, so that conflicting writers do not conflict again.
    await clock.sleep(Math.random() * 20 * 2 ** attempt, options.signal);
    found = await records.get(name, options);
  }
}

function tooManyConflicts(name: string, cause: unknown): ServiceError {
  return new ServiceError(
    "conflict",
    `Job ${name} was changed by other requests at every attempt. Retry in a second.`,
    { cause, retryAfterSeconds: 1 },
  );
}
