import { jobNotFound } from "../../core/errors.ts";
import type { CallOptions, Versioned } from "../../core/ports/ports.ts";
import type { RecordStore, StorageTrouble } from "../../core/ports/storage-ports.ts";
import type { NoticeCode } from "../../core/records/notice.ts";
import { isFinished } from "../../core/records/phases.ts";
import type { JobRecord } from "../../core/records/record.ts";
import { storageNotice } from "../../core/records/storage-notice.ts";
import type { Clock } from "../../lib/clock.ts";
import { rejectOnAbort } from "../../lib/reject-on-abort.ts";
import { type GetJobPorts, getJob, visibleJob } from "./get-job.ts";

export interface WaitPorts extends GetJobPorts {
  readonly clock: Clock;
  readonly sharedRead: SharedRead;
  readonly storageTrouble?: StorageTrouble;
}

/** A job as an answer shows it; `overlay` is the code of a notice that is no part of its record. */
export type ShownJob = JobRecord & { readonly overlay?: NoticeCode };

/** The record of a job at the next look at it, within a second; all waits for one job share it. */
export type SharedRead = (name: string) => Promise<Versioned<JobRecord> | undefined>;

/** A change is seen this long after it was written, at the most. */
const lookMs = 1000;

/** Reads a record once a second while it is waited for, however many wait. */
export function createSharedRead({
  records,
  clock,
}: {
  readonly records: RecordStore;
  readonly clock: Clock;
}): SharedRead {
  const looks = new Map<string, Promise<Versioned<JobRecord> | undefined>>();
  const lookLater = async (name: string) => {
    await clock.sleep(lookMs);
    // A change that is written from here on may be missed by this look, so later waits need the next one.
    looks.delete(name);
    return records.get(name);
  };
  return (name) => {
    const look = looks.get(name) ?? lookLater(name);
    looks.set(name, look);
    return look;
  };
}

/**
 * Reads a job once its state is not the one that the caller has, or the seconds are over. A finished job does not change by itself, so it
 * is returned at once. While storage refuses writes, the job has the notice of it.
 * @throws ServiceError `job_not_found`, also when it is deleted meanwhile.
 */
export async function waitForJob(
  ports: WaitPorts,
  name: string,
  seconds: number,
  isKnown: (job: ShownJob) => boolean,
  options: CallOptions = {},
): Promise<ShownJob> {
  const { clock, sharedRead, scope } = ports;
  // Reads go on without the signal: each is short, and an aborted one would be an error of the call.
  const { signal, ...rest } = options;
  const end = clock.now().getTime() + seconds * 1000;
  let record = await shown(ports, await getJob(ports, name, rest));
  for (;;) {
    // A clock that was set back ends the wait, too.
    const left = end - clock.now().getTime();
    const isOver = left <= 0 || left > seconds * 1000;
    if (isOver || signal?.aborted === true || !isKnown(record) || isFinished(record)) return record;
    if (left < lookMs) {
      await clock.sleep(left, signal);
      record = await shown(ports, await getJob(ports, name, rest));
      continue;
    }
    const found = await unlessAborted(sharedRead(name), signal);
    if (found === aborted) return record;
    const visible = visibleJob(found, scope);
    if (visible === undefined) throw jobNotFound(name);
    record = await shown(ports, visible);
  }
}

async function shown({ storageTrouble }: WaitPorts, record: JobRecord): Promise<ShownJob> {
  const notice = isFinished(record) ? undefined : storageNotice(record, await storageTrouble?.());
  return notice === undefined ? record : { ...record, notice, overlay: notice.code };
}

const aborted = Symbol("aborted");

async function unlessAborted<T>(look: Promise<T>, signal: AbortSignal | undefined): Promise<T | typeof aborted> {
  if (signal === undefined) return look;
  return rejectOnAbort(look, signal).catch((error: unknown) => {
    if (signal.aborted) return aborted;
    throw error;
  });
}
