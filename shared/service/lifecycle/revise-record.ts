import { isServiceError, ServiceError } from "../../core/errors.ts";
import type { CallOptions, Versioned } from "../../core/ports/ports.ts";
import type { RecordStore } from "../../core/ports/storage-ports.ts";
import type { JobRecord } from "../../core/records/record.ts";
import { isInScope, type Scope } from "../../core/records/scope.ts";
import type { Clock } from "../../lib/clock.ts";

export interface RevisePorts {
  readonly records: RecordStore;
  readonly clock: Clock;
  /** Whose jobs are there; without it everybody's. */
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

const maxAttempts = 8;

/**
 * Reads a record, changes it and writes it back, again from the start when somebody else wrote meanwhile. `change` returns
 * undefined to leave the record as it is; what it throws goes up. Undefined: there is no such job in the scope, or it is being deleted.
 * @throws ServiceError `conflict` when the record kept changing under 8 attempts.
 */
export async function reviseRecord(
  { records, clock, scope = {} }: RevisePorts,
  name: string,
  change: (record: JobRecord, now: Date) => JobRecord | undefined | Promise<JobRecord | undefined>,
  { start, ...options }: ReviseOptions = {},
): Promise<Revised | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    const found = attempt === 1 && start !== undefined ? start : await records.get(name, options);
    if (found === undefined || found.value.deleted_at !== undefined || !isInScope(scope, found.value)) return undefined;
    const next = await change(found.value, clock.now());
    if (next === undefined) return { record: found.value, etag: found.etag, changed: false };
    try {
      return { record: next, etag: await records.replace(next, found.etag, options), changed: true };
    } catch (error) {
      if (!isServiceError(error, "conflict")) throw error;
      if (attempt === maxAttempts)
        throw new ServiceError("conflict", `Job ${name} kept changing; try again.`, {
          cause: error,
          retryAfterSeconds: 1,
        });
      // Random, so that writers that met once do not meet again.
      await clock.sleep(Math.random() * 20 * 2 ** attempt, options.signal);
    }
  }
}
