import { observationDigest } from "../core/digest.ts";
import { isServiceError } from "../core/errors.ts";
import { jobOf } from "../core/job-of.ts";
import { type DispatchMessage, dispatchMessage, type Observation, readMessage } from "../core/messages.ts";
import { type Backend, BackendRefusal, type CallOptions } from "../core/ports.ts";
import type { JobRecord } from "../core/record.ts";
import { isTerminal } from "../core/status.ts";
import { applyObservation, claimDispatch, fail, revise } from "../core/transitions.ts";
import { type RevisePorts, reviseRecord } from "./revise-record.ts";
import { sendCancel } from "./send-cancel.ts";
import { type SettlePorts, settleJob } from "./settle-job.ts";

export interface DispatchPorts extends RevisePorts, SettlePorts {
  readonly backend: Backend;
  /** Seconds between two looks at a young job. */
  readonly pollMinSeconds: number;
}

/** How long a dispatch is tried before the job is given up. */
const maxDispatchHours = 24;
const retrySeconds = { first: 15, most: 300 };

/**
 * Hands a job to the backend, once. The claim is written before the backend is called, so that a cancel knows that the job
 * may be running; the backend's submit is idempotent, so a repeated message does no harm. A backend that is unreachable or
 * throttled uses up no dequeues: the row is due again later and the message is done with.
 */
export async function dispatchJob(ports: DispatchPorts, received: unknown, options: CallOptions = {}): Promise<void> {
  const message = readMessage(dispatchMessage, received);
  const claimed = await reviseRecord(ports, message.name, (record, now) => (isWaiting(record, message) ? claimDispatch(record, now) : undefined), options);
  if (claimed === undefined || claimed.record.submission_id !== message.submission_id) return;
  if (!isWaiting(claimed.record, message)) return settleJob(ports, claimed.record, {}, options);
  try {
    const { name, submission_id, experiment_name } = claimed.record;
    const observation = await ports.backend.submit({ name, submission_id, experiment_name, job: jobOf(claimed.record) }, options);
    await recordDispatched(ports, claimed.record, observation, options);
  } catch (error) {
    if (error instanceof BackendRefusal) return failDispatch(ports, claimed.record, error.code, error.message, options);
    if (isServiceError(error, "unavailable") || isServiceError(error, "throttled")) return postpone(ports, claimed.record, error, options);
    throw error;
  }
}

function isWaiting(record: JobRecord, message: DispatchMessage): boolean {
  return record.submission_id === message.submission_id && record.dispatched_at === undefined && !isTerminal(record.status);
}

/** Writes down that the backend has the job, and what it said of it. */
export async function recordDispatched(ports: DispatchPorts, job: JobRecord, observation: Observation, options: CallOptions): Promise<void> {
  const taken = await reviseRecord(
    ports,
    job.name,
    (record, now) => {
      if (record.submission_id !== job.submission_id || record.dispatched_at !== undefined) return undefined;
      const marked: JobRecord = { ...record, dispatched_at: now.toISOString() };
      return applyObservation(marked, observation, now) ?? revise(marked, {}, now);
    },
    options,
  );
  if (taken === undefined) return;
  const { record } = taken;
  const now = ports.clock.now();
  const next_poll_at = new Date(now.getTime() + ports.pollMinSeconds * 1000).toISOString();
  const dispatched_at = record.dispatched_at ?? now.toISOString();
  const changes = { dispatched_at, next_poll_at, applied_digest: observationDigest(observation) };
  await settleJob(ports, record, { changes }, options);
  if (record.cancel_requested_at !== undefined && !isTerminal(record.status)) await sendCancel(ports, record, options);
}

async function failDispatch(ports: DispatchPorts, { name, submission_id }: JobRecord, code: string, message: string, options: CallOptions): Promise<void> {
  const change = (record: JobRecord, now: Date) => (record.submission_id === submission_id ? fail(record, { code, message }, now) : undefined);
  const failed = await reviseRecord(ports, name, change, options);
  if (failed !== undefined) await settleJob(ports, failed.record, {}, options);
}

/** Makes the row due again later, sooner for a young job; gives up after 24 hours. */
async function postpone(ports: DispatchPorts, record: JobRecord, error: { message: string; retryAfterSeconds: number | undefined }, options: CallOptions) {
  const now = ports.clock.now();
  const waitedSeconds = (now.getTime() - Date.parse(record.creation_context.created_at)) / 1000;
  if (waitedSeconds > maxDispatchHours * 3600) {
    const message = `The backend ${record.backend} could not be reached for ${maxDispatchHours} hours: ${error.message}`;
    return failDispatch(ports, record, "backend_unreachable", message, options);
  }
  const seconds = error.retryAfterSeconds ?? Math.min(retrySeconds.most, Math.max(retrySeconds.first, waitedSeconds));
  const at = new Date(now.getTime() + seconds * 1000);
  if (isServiceError(error, "throttled")) await ports.openJobs.setNotBefore(record.backend, at, options);
  await ports.openJobs.merge(record.name, { next_attempt_at: at.toISOString(), next_poll_at: at.toISOString() }, options);
}
