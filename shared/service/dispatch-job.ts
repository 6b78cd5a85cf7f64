import { observationDigest } from "../core/digest.ts";
import { isServiceError, type ServiceError } from "../core/errors.ts";
import { jobOf } from "../core/job-of.ts";
import { type DispatchMessage, dispatchMessage, type Observation, readMessage } from "../core/messages.ts";
import { type BackendJob, BackendRefusal, type CallOptions, type Versioned } from "../core/ports.ts";
import type { JobRecord } from "../core/record.ts";
import { isTerminal } from "../core/status.ts";
import { applyObservation, claimDispatch, fail, revise } from "../core/transitions.ts";
import { changeJob } from "./change-job.ts";
import { leaveBackendAlone, retryAt } from "./leave-backend-alone.ts";
import { reviseRecord } from "./revise-record.ts";
import { type SendCancelPorts, sendCancel } from "./send-cancel.ts";

export interface DispatchPorts extends SendCancelPorts {
  /** Seconds between two looks at a young job. */
  readonly pollMinSeconds: number;
}

/** How long a dispatch is tried before the job is given up. */
const maxDispatchHours = 24;

/**
 * Hands a job to the backend, once. The claim is written before the backend is called, so that a cancel knows that the job
 * may be running; the backend's submit is idempotent, so a repeated message does no harm. A backend that is unreachable or
 * throttled uses up no dequeues: the row is due again later and the message is done with.
 */
export async function dispatchJob(ports: DispatchPorts, received: unknown, options: CallOptions = {}): Promise<void> {
  const message = readMessage(dispatchMessage, received);
  const claimed = await reviseRecord(ports, message.name, (record, now) => (isWaiting(record, message) ? claimDispatch(record, now) : undefined), options);
  if (claimed === undefined || claimed.record.submission_id !== message.submission_id) return;
  const { record } = claimed;
  // An earlier delivery got this far: what it left undone is done now.
  if (!isWaiting(record, message)) return void (await changeJob(ports, record.name, { record: () => undefined }, options));
  const observation = await submitTo(ports, record, options);
  if (observation !== undefined) await recordDispatched(ports, { value: record, etag: claimed.etag }, observation, options);
}

/** Undefined: the backend did not take the job, now or ever, and what follows from that is written down. */
async function submitTo(ports: DispatchPorts, record: JobRecord, options: CallOptions): Promise<Observation | undefined> {
  const { name, submission_id, experiment_name, bundle_sha256 } = record;
  const job: BackendJob = { name, submission_id, experiment_name, job: jobOf(record), ...(bundle_sha256 === undefined ? {} : { bundle_sha256 }) };
  try {
    return await ports.backend.submit(job, options);
  } catch (error) {
    if (error instanceof BackendRefusal) await failDispatch(ports, record, error.code, error.message, options);
    else if (isServiceError(error, "unavailable") || isServiceError(error, "throttled")) await postpone(ports, record, error, options);
    else throw error;
    return undefined;
  }
}

function isWaiting(record: JobRecord, message: DispatchMessage): boolean {
  return record.submission_id === message.submission_id && record.dispatched_at === undefined && !isTerminal(record.status);
}

/** Writes down that the backend has the job, and what it said of it. A job that was canceled or given up meanwhile is stopped there. */
export async function recordDispatched(ports: DispatchPorts, job: Versioned<JobRecord>, observation: Observation, options: CallOptions): Promise<void> {
  const { name, submission_id } = job.value;
  const dispatched = (record: JobRecord, now: Date): JobRecord | undefined => {
    if (record.submission_id !== submission_id || record.dispatched_at !== undefined || isTerminal(record.status)) return undefined;
    const marked: JobRecord = { ...record, dispatched_at: now.toISOString() };
    return applyObservation(marked, observation, now) ?? revise(marked, {}, now);
  };
  const next_poll_at = new Date(ports.clock.now().getTime() + ports.pollMinSeconds * 1000).toISOString();
  const row = () => ({ next_poll_at, applied_digest: observationDigest(observation) });
  const taken = await changeJob(ports, name, { record: dispatched, row }, { ...options, start: job });
  const unwanted = taken === undefined || taken.record.cancel_requested_at !== undefined || isTerminal(taken.record.status);
  if (unwanted && !isTerminal(observation.status)) await sendCancel(ports, { name, submission_id }, options);
}

/** Ends a job that the backend surely does not have. */
export async function failDispatch(
  ports: DispatchPorts,
  { name, submission_id }: JobRecord,
  code: string,
  message: string,
  options: CallOptions,
): Promise<void> {
  const failed = (record: JobRecord, now: Date) =>
    record.submission_id === submission_id && record.dispatched_at === undefined ? fail(record, { code, message }, now) : undefined;
  await changeJob(ports, name, { record: failed }, options);
}

/** Makes the row due again later, sooner for a young job; gives up after 24 hours. */
async function postpone(ports: DispatchPorts, record: JobRecord, error: ServiceError, options: CallOptions): Promise<void> {
  const now = ports.clock.now();
  const triedMs = now.getTime() - Date.parse(record.dispatch_claimed_at ?? now.toISOString());
  if (triedMs > maxDispatchHours * 3_600_000) {
    const message = `The backend ${record.backend} could not be reached for ${maxDispatchHours} hours: ${error.message}`;
    return failDispatch(ports, record, "backend_unreachable", message, options);
  }
  if (error.code === "throttled") await leaveBackendAlone(ports, error, options);
  const at = retryAt(error, triedMs, now).toISOString();
  await ports.openJobs.merge(record.name, { next_attempt_at: at, next_poll_at: at }, options);
}
