import { jobNotFound } from "../../core/errors.ts";
import type { CallOptions, Versioned } from "../../core/ports/ports.ts";
import type { RecordStore, StorageTrouble } from "../../core/ports/storage-ports.ts";
import type { NoticeCode } from "../../core/records/notice.ts";
import { isFinished } from "../../core/records/phases.ts";
import type { JobRecord } from "../../core/records/record.ts";
import { visibleJob } from "../../core/records/scope.ts";
import { storageNotice } from "../../core/records/storage-notice.ts";
import type { Clock } from "../../lib/clock.ts";
import { rejectOnAbort } from "../../lib/reject-on-abort.ts";
import { type GetJobPorts, getJob } from "./get-job.ts";

export interface WaitPorts extends GetJobPorts {
  readonly clock: Clock;
  readonly sharedRead: SharedRead;
  readonly storageTrouble?: StorageTrouble;
}

/** A job in a response; `overlay` is the code of a notice that is not part of the record. */
export type ShownJob = JobRecord & { readonly overlay?: NoticeCode };

/** Reads the record of a job within a second; all waits for the job share the read. */
export type SharedRead = (name: string) => Promise<Versioned<JobRecord> | undefined>;

/** Maximum time from the write of a change to the end of the waits for it. */
const readMs = 1000;

/** Reads each record at most once a second, for any number of waiting callers. */
export function createSharedRead({
  records,
  clock,
}: {
  readonly records: RecordStore;
  readonly clock: Clock;
}): SharedRead {
  const reads = new Map<string, Promise<Versioned<JobRecord> | undefined>>();
  const readLater = async (name: string) => {
    await clock.sleep(readMs);
    // This read may miss changes that are written from here on, so later waits need the next read.
    reads.delete(name);
    return records.get(name);
  };
  return (name) => {
    const read = reads.get(name) ?? readLater(name);
    reads.set(name, read);
    return read;
  };
}

/**
 * Returns a job when it differs from the caller's state, or after the given seconds. A finished job is returned
 * immediately, because it changes only by requests. While storage rejects writes, the job has a notice about it.
 * @throws ServiceError `job_not_found`, also if the job is deleted during the wait.
 */
export async function waitForJob(
  ports: WaitPorts,
  name: string,
  seconds: number,
  isUnchanged: (job: ShownJob) => boolean,
  options: CallOptions = {},
): Promise<ShownJob> {
  const { clock, sharedRead, scope } = ports;
  // Reads do not use the signal: they are short, and an aborted read would fail the call.
  const { signal, ...rest } = options;
  const end = clock.now().getTime() + seconds * 1000;
  let record = await withStorageNotice(ports, await getJob(ports, name, rest));
  for (;;) {
    // If the clock is set back, the wait ends.
    const remainingMs = end - clock.now().getTime();
    const hasExpired = remainingMs <= 0 || remainingMs > seconds * 1000;
    if (hasExpired || signal?.aborted === true || !isUnchanged(record) || isFinished(record)) return record;
    if (remainingMs < readMs) {
      await clock.sleep(remainingMs, signal);
      record = await withStorageNotice(ports, await getJob(ports, name, rest));
      continue;
    }
    const found = await unlessAborted(sharedRead(name), signal);
    if (found === aborted) return record;
    const visible = visibleJob(found, scope);
    if (visible === undefined) throw jobNotFound(name);
    record = await withStorageNotice(ports, visible);
  }
}

async function withStorageNotice({ storageTrouble }: WaitPorts, record: JobRecord): Promise<ShownJob> {
  const notice = isFinished(record) ? undefined : storageNotice(record, await storageTrouble?.());
  return notice === undefined ? record : { ...record, notice, overlay: notice.code };
}

const aborted = Symbol("aborted");

async function unlessAborted<T>(read: Promise<T>, signal: AbortSignal | undefined): Promise<T | typeof aborted> {
  if (signal === undefined) return read;
  return rejectOnAbort(read, signal).catch((error: unknown) => {
    if (signal.aborted) return aborted;
    throw error;
  });
}
