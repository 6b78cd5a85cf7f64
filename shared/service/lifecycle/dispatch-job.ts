import { isServiceError, type ServiceError } from "../../core/errors.ts";
import { BackendRefusal } from "../../core/ports/backend-port.ts";
import { failureNotice, isOutage, outageNotice, reasonOf } from "../../core/ports/outage.ts";
import type { CallOptions, Versioned } from "../../core/ports/ports.ts";
import { isUnreadableRecord } from "../../core/records/is-unreadable-record.ts";
import { jobOf } from "../../core/records/job-of.ts";
import { type DispatchMessage, dispatchMessage, type Observation, readMessage } from "../../core/records/messages.ts";
import type { JobError, JobRecord } from "../../core/records/record.ts";
import { isTerminal } from "../../core/records/status.ts";
import { isWriteTrouble } from "../../core/records/storage-notice.ts";
import {
  applyObservation,
  claimDispatch,
  endUndispatched,
  fail,
  isStale,
  revise,
  setNotice,
} from "../../core/records/transitions.ts";
import { observationDigest } from "../../core/text/digest.ts";
import { isAheadOfClock } from "../../lib/clock-jumps.ts";
import { defined } from "../../lib/defined.ts";
import { pauseBackend, retryAt } from "./pause-backend.ts";
import { postponeUnreadable } from "./postpone-unreadable.ts";
import { reviseRecord } from "./revise-record.ts";
import { type SendCancelPorts, sendCancel } from "./send-cancel.ts";
import { updateJob } from "./update-job.ts";

export interface DispatchPorts extends SendCancelPorts {
  /** Seconds between two looks at a young job. */
  readonly pollMinSeconds: number;
}

/** How long a dispatch is tried before the job is given up. */
const maxDispatchHours = 24;
const maxDispatchMs = maxDispatchHours * 3_600_000;
const neverSent: JobError = { code: "dispatch_failed", message: "The backend does not have the job." };
/** Longer than any call of a backend may take: what was sent before has arrived by then, or never will. */
const inFlightMs = 60_000;

/**
 * Hands a job to the backend, once. The claim is written before the backend is called, so that a cancel knows that the job
 * may be running; the backend's submit is idempotent, so a repeated message does no harm. A backend that is unreachable or
 * throttled uses up no dequeues: the row is due again later and the message is done with. A job that is to be canceled is
 * not submitted any more, but looked for. One of another backend waits until the service runs that one again. A job that
 * waits has a notice with the reason. The outage that it waits for, if there is one.
 */
export async function dispatchJob(
  ports: DispatchPorts,
  received: unknown,
  given: CallOptions = {},
): Promise<ServiceError | undefined> {
  const message = readMessage(dispatchMessage, received);
  const { traceparent = given.traceparent } = message;
  const options: CallOptions = { ...given, ...defined({ traceparent }) };
  try {
    return await postponeUnreadable(ports, message.name, () => dispatch(ports, message, options), options);
  } catch (error) {
    // Nothing can be written, not even a notice, and that lasts longer than five tries: the poll sends the dispatch again.
    if (isOutage(error) && isWriteTrouble(error.reason)) return error;
    throw error;
  }
}

async function dispatch(
  ports: DispatchPorts,
  message: DispatchMessage,
  options: CallOptions,
): Promise<ServiceError | undefined> {
  const isOurs = (record: JobRecord) =>
    record.submission_id === message.submission_id && record.backend === ports.backend.id;
  const claim = (record: JobRecord, now: Date) =>
    isOurs(record) && isWaiting(record, message) ? claimDispatch(record, now) : undefined;
  const claimed = await reviseRecord(ports, message.name, claim, options);
  if (claimed === undefined || !isOurs(claimed.record)) return undefined;
  const job = { value: claimed.record, etag: claimed.etag };
  try {
    if (!isWaiting(job.value, message)) return await finishDispatch(ports, job.value, options);
    const { cancel_requested_at } = job.value;
    if (cancel_requested_at !== undefined)
      return await endCanceled(ports, job, Date.parse(cancel_requested_at), options);
    return await submitJobTo(ports, job, options);
  } catch (error) {
    // An outage of storage is over before anybody could read of it, or has no place for a notice.
    if (!isOutage(error) && !isServiceError(error, "conflict") && !isUnreadableRecord(error))
      await noteFailing(ports, message, error, options).catch(() => undefined);
    throw error;
  }
}

/** Names the cause on the job, which is kept there should the dispatch be given up. */
function noteFailing(
  ports: DispatchPorts,
  { name, submission_id }: DispatchMessage,
  error: unknown,
  options: CallOptions,
): Promise<unknown> {
  const said = failureNotice("dispatch_failing", error);
  return updateJob(
    ports,
    name,
    { record: (record, now) => (isWaiting(record, { submission_id }) ? setNotice(record, said, now) : undefined) },
    options,
  );
}

function isWaiting(record: JobRecord, { submission_id }: Pick<DispatchMessage, "submission_id">): boolean {
  return record.submission_id === submission_id && record.dispatched_at === undefined && !isTerminal(record.status);
}

async function submitJobTo(
  ports: DispatchPorts,
  job: Versioned<JobRecord>,
  options: CallOptions,
): Promise<ServiceError | undefined> {
  const { name, submission_id, experiment_name, fingerprint, creation_context, bundle_sha256, bundle_folder } =
    job.value;
  const bundle = {
    ...defined({ bundle_sha256, bundle_folder }),
  };
  const submitted_at = creation_context.created_at;
  const submission = {
    name,
    submission_id,
    experiment_name,
    fingerprint,
    submitted_at,
    job: jobOf(job.value),
    ...bundle,
  };
  try {
    const { answer, outage } = await unlessAway(ports, job, () => ports.backend.submit(submission, options), options);
    if (answer !== undefined) await recordDispatched(ports, job, answer, options);
    return outage;
  } catch (error) {
    if (!(error instanceof BackendRefusal)) throw error;
    return endUnlessThere(ports, job, { code: error.code, message: error.message }, options);
  }
}

/** Does what an earlier delivery, or whoever ended the job, left undone. What was given up here must not run there. */
export async function finishDispatch(
  ports: DispatchPorts,
  record: JobRecord,
  options: CallOptions,
): Promise<undefined> {
  await updateJob(ports, record.name, { record: () => undefined }, options);
  const mayBeThere =
    record.dispatch_claimed_at !== undefined && record.dispatched_at === undefined && isTerminal(record.status);
  if (mayBeThere) await sendCancel(ports, record, options);
}

/** A canceled job that the backend does not have is looked for once more when nothing can be on its way to it any longer. */
async function endCanceled(
  ports: DispatchPorts,
  job: Versioned<JobRecord>,
  canceledMs: number,
  options: CallOptions,
): Promise<ServiceError | undefined> {
  // A time to come is from before the clock was set back, and so long ago.
  const wait = isAheadOfClock(canceledMs, ports.clock.now())
    ? 0
    : canceledMs + inFlightMs - ports.clock.now().getTime();
  if (wait <= 0) return endUnlessThere(ports, job, neverSent, options);
  const { answer, outage } = await look(ports, job, options);
  if (answer !== undefined) await recordDispatched(ports, job, answer, options);
  else if (outage === undefined)
    await ports.openJobs.merge(
      job.value.name,
      { next_poll_at: new Date(canceledMs + inFlightMs).toISOString() },
      options,
    );
  return outage;
}

/** What a backend answers, or why it does not. */
interface Asked<T> {
  readonly answer?: T;
  readonly outage?: ServiceError;
}

/** What the backend says of the job; nothing when it surely does not have it. */
function look(
  ports: DispatchPorts,
  job: Versioned<JobRecord>,
  options: CallOptions,
): Promise<Asked<Observation | undefined>> {
  const { name, submission_id } = job.value;
  return unlessAway(
    ports,
    job,
    async () => (await ports.backend.observe([{ name, submission_id }], options))[0]?.observation,
    options,
  );
}

/**
 * Looks for the job at the backend: found, it is adopted; surely absent, it ends, Canceled if that was wished and else Failed;
 * away, it is kept open and tried again. The outage, if there is one.
 */
export async function endUnlessThere(
  ports: DispatchPorts,
  job: Versioned<JobRecord>,
  error: JobError,
  options: CallOptions,
): Promise<ServiceError | undefined> {
  const { name, submission_id } = job.value;
  const { answer, outage } = await look(ports, job, options);
  if (outage !== undefined) return outage;
  if (answer !== undefined) {
    await recordDispatched(ports, job, answer, options);
    return undefined;
  }
  const end = (record: JobRecord, now: Date) =>
    isWaiting(record, { submission_id }) ? endUndispatched(record, error, now) : undefined;
  await updateJob(ports, name, { record: end }, options);
  return undefined;
}

/** Writes down that the backend has the job, and what it said of it. A job that was canceled or given up meanwhile is stopped there. */
async function recordDispatched(
  ports: DispatchPorts,
  job: Versioned<JobRecord>,
  observation: Observation,
  options: CallOptions,
): Promise<void> {
  const { name, submission_id } = job.value;
  const dispatched = (record: JobRecord, now: Date): JobRecord | undefined => {
    if (record.submission_id !== submission_id || isTerminal(record.status)) return undefined;
    if (record.dispatched_at !== undefined) return applyObservation(record, observation, now);
    const marked: JobRecord = { ...record, dispatched_at: now.toISOString() };
    return applyObservation(marked, observation, now) ?? revise(marked, {}, now);
  };
  const next_poll_at = new Date(ports.clock.now().getTime() + ports.pollMinSeconds * 1000).toISOString();
  const row = (record: JobRecord) => ({
    next_poll_at,
    ...(isStale(record, observation, ports.clock.now()) ? {} : { applied_digest: observationDigest(observation) }),
  });
  const taken = await updateJob(ports, name, { record: dispatched, row }, { ...options, start: job });
  const unwanted =
    taken === undefined || taken.record.cancel_requested_at !== undefined || isTerminal(taken.record.status);
  if (unwanted && !isTerminal(observation.status)) await sendCancel(ports, { name, submission_id }, options);
}

/** Asks the backend. When it is unreachable or throttled, the job's dispatch is tried again later. */
async function unlessAway<T>(
  ports: DispatchPorts,
  job: Versioned<JobRecord>,
  ask: () => Promise<T>,
  options: CallOptions,
): Promise<Asked<T>> {
  try {
    return { answer: await ask() };
  } catch (error) {
    if (!isOutage(error)) throw error;
    await postpone(ports, job, error, options);
    return { outage: error };
  }
}

/** Makes the row due again later, sooner for a young job; gives up after 24 hours. */
async function postpone(
  ports: DispatchPorts,
  job: Versioned<JobRecord>,
  error: ServiceError,
  options: CallOptions,
): Promise<void> {
  const { name, submission_id, dispatch_claimed_at, backend } = job.value;
  const now = ports.clock.now();
  const triedMs = now.getTime() - Date.parse(dispatch_claimed_at ?? now.toISOString());
  if (triedMs > maxDispatchMs && (await hasTriedOn(ports, name, now, options))) {
    const message = `The backend ${backend} could not be reached for ${maxDispatchHours} hours. ${outageNotice(error, now).message}`;
    const giveUp = (current: JobRecord, at: Date) =>
      isWaiting(current, { submission_id }) ? fail(current, { code: "backend_unreachable", message }, at) : undefined;
    await updateJob(ports, name, { record: giveUp }, options);
    // An answer may have been lost before. While the backend is away this fails, and the message comes back from the poison queue.
    await sendCancel(ports, { name, submission_id }, options);
    return;
  }
  if (error.code === "throttled") await pauseBackend(ports, error, options);
  const next_poll_at = retryAt(error, triedMs, now).toISOString();
  const notice = (record: JobRecord, at: Date) =>
    isWaiting(record, { submission_id }) ? setNotice(record, outageNotice(error, at), at) : undefined;
  const isNews =
    isLong(error, triedMs, Date.parse(next_poll_at) - now.getTime()) && notice(job.value, now) !== undefined;
  if (isNews)
    await updateJob(ports, name, { record: notice, row: () => ({ next_poll_at }) }, { ...options, start: job });
  else await ports.openJobs.merge(name, { next_poll_at }, options);
}

/** Whether the tries have gone on for 24 hours without a gap. */
async function hasTriedOn(
  { openJobs }: DispatchPorts,
  name: string,
  now: Date,
  options: CallOptions,
): Promise<boolean> {
  const from = (await openJobs.get(name, options))?.value.tried_from;
  return from === undefined || isAheadOfClock(from, now) || now.getTime() - Date.parse(from) > maxDispatchMs;
}

/** Longer than an outage that is over at the second try. */
const shortMs = 10_000;

/** Whether an outage is worth a notice: it lasts, it will last, or it is none that passes by itself. */
function isLong(error: ServiceError, triedMs: number, waitMs: number): boolean {
  const passes = ["throttled", "unreachable"].includes(reasonOf(error));
  return !passes || triedMs >= shortMs || waitMs > 2 * shortMs;
}
