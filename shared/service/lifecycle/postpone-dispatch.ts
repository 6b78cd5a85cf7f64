import type { ServiceError } from "../../core/errors.ts";
import { isOutage, outageNotice, reasonOf } from "../../core/ports/outage.ts";
import type { CallOptions, Versioned } from "../../core/ports/ports.ts";
import { isBeforeDispatch, mayStillRun } from "../../core/records/phases.ts";
import type { JobRecord } from "../../core/records/record.ts";
import { failJob } from "../../core/records/record-changes.ts";
import { setNotice } from "../../core/records/set-notice.ts";
import { isAheadOfClock } from "../../lib/clock-jumps.ts";
import { pauseBackend, retryAt } from "./pause-backend.ts";
import { type SendCancelPorts, sendCancel } from "./send-cancel.ts";
import { updateJob } from "./update-job.ts";

export interface DispatchPorts extends SendCancelPorts {
  /** Shortest time in seconds between two polls of a job. */
  readonly pollMinSeconds: number;
}

/** Thrown when a dispatch waits for the end of an outage. The poll enqueues it again, so the message can be deleted. */
export class DispatchPostponed extends Error {
  readonly outage: ServiceError;
  constructor(outage: ServiceError) {
    super("The dispatch was postponed.", { cause: outage });
    this.outage = outage;
  }
}

/** Time after which a job that cannot be dispatched ends as Failed. */
const maxDispatchHours = 24;
const maxDispatchMs = maxDispatchHours * 3_600_000;

/** True while the backend has not confirmed that it has the job of this submission. */
export function isWaiting(record: JobRecord, { submission_id }: { readonly submission_id: string }): boolean {
  return record.submission_id === submission_id && isBeforeDispatch(record);
}

/**
 * Calls the backend about a dispatch. If the backend is unreachable or throttles, the poll enqueues the dispatch again
 * later. A job that has ended meanwhile is canceled instead, because the backend may have it.
 * @throws DispatchPostponed; or the error of the cancel, so that the message is delivered again
 */
export async function callOrPostpone<T>(
  ports: DispatchPorts,
  job: Versioned<JobRecord>,
  call: () => Promise<T>,
  options: CallOptions,
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!isOutage(error)) throw error;
    await postpone(ports, job, error, options);
    await cancelIfEnded(ports, job.value, options);
    throw new DispatchPostponed(error);
  }
}

async function postpone(
  ports: DispatchPorts,
  job: Versioned<JobRecord>,
  outage: ServiceError,
  options: CallOptions,
): Promise<void> {
  const { name, dispatch_claimed_at } = job.value;
  const now = ports.clock.now();
  const triedMs = now.getTime() - Date.parse(dispatch_claimed_at ?? now.toISOString());
  if (triedMs > maxDispatchMs && (await wasTriedThroughout(ports, name, now, options)))
    return failDispatch(ports, job.value, outage, options);
  if (outage.code === "throttled") await pauseBackend(ports, outage, options);
  const retry = retryAt(outage, triedMs, now);
  const next_poll_at = retry.toISOString();
  const record = (found: JobRecord, at: Date) =>
    isWaiting(found, job.value) ? setNotice(found, outageNotice(outage, at), at) : undefined;
  const isLasting = isLong(outage, triedMs, retry.getTime() - now.getTime());
  if (isLasting && record(job.value, now) !== undefined)
    await updateJob(ports, name, { record, row: () => ({ next_poll_at }) }, { ...options, start: job });
  else await ports.openJobs.merge(name, { next_poll_at }, options);
}

/** Cancels a job at the backend if its record has ended, for example by another delivery of the same message. */
async function cancelIfEnded(
  ports: DispatchPorts,
  { name, submission_id }: JobRecord,
  options: CallOptions,
): Promise<void> {
  const found = await ports.records.get(name, options);
  const isSame = found?.value.submission_id === submission_id;
  if (isSame && mayStillRun(found.value)) await sendCancel(ports, { name, submission_id }, options);
}

async function failDispatch(
  ports: DispatchPorts,
  job: JobRecord,
  outage: ServiceError,
  options: CallOptions,
): Promise<void> {
  const { name, backend } = job;
  const reason = outageNotice(outage, ports.clock.now()).message;
  const message = `The backend ${backend} could not be reached for ${maxDispatchHours} hours. ${reason}`;
  const record = (found: JobRecord, at: Date) =>
    isWaiting(found, job) ? failJob(found, { code: "backend_unreachable", message }, at) : undefined;
  await updateJob(ports, name, { record }, options);
}

/** True if the dispatch was retried for the whole time, without an interval in which the service was stopped. */
async function wasTriedThroughout(
  { openJobs }: DispatchPorts,
  name: string,
  now: Date,
  options: CallOptions,
): Promise<boolean> {
  const from = (await openJobs.get(name, options))?.value.tried_from;
  return from === undefined || isAheadOfClock(from, now) || now.getTime() - Date.parse(from) > maxDispatchMs;
}

/** An outage that ends before the second try causes no notice. */
const shortMs = 10_000;

function isLong(outage: ServiceError, triedMs: number, waitMs: number): boolean {
  const isTransient = ["throttled", "unreachable"].includes(reasonOf(outage));
  return !isTransient || triedMs >= shortMs || waitMs > 2 * shortMs;
}
