import { isServiceError, type ServiceError } from "../../core/errors.ts";
import { type BackendJob, BackendRefusal } from "../../core/ports/backend-port.ts";
import { failureNotice, isOutage } from "../../core/ports/outage.ts";
import type { CallOptions, Versioned } from "../../core/ports/ports.ts";
import { isUnreadableRecord } from "../../core/records/is-unreadable-record.ts";
import type { JobReader } from "../../core/records/job-reader.ts";
import { type DispatchMessage, dispatchMessage, readMessage } from "../../core/records/messages.ts";
import { phaseOf } from "../../core/records/phases.ts";
import type { JobRecord } from "../../core/records/record.ts";
import { claimDispatch } from "../../core/records/record-changes.ts";
import { setNotice } from "../../core/records/set-notice.ts";
import { isWriteTrouble } from "../../core/records/storage-notice.ts";
import { defined } from "../../lib/defined.ts";
import {
  cancelIfEnded,
  confirmDispatch,
  endCanceled,
  endUnlessAtBackend,
  projectDispatched,
} from "./confirm-dispatch.ts";
import { callOrPostpone, type DispatchPorts, DispatchPostponed, isWaiting } from "./postpone-dispatch.ts";
import { postponeUnreadable } from "./postpone-unreadable.ts";
import { reviseRecord } from "./revise-record.ts";
import { updateJob } from "./update-job.ts";

/**
 * Submits a job to the backend, once. The claim is written before the call, so that a cancel finds that the job may be
 * running. Repeated messages are safe, because the backend's submission is idempotent. A canceled job is searched for
 * at the backend instead of submitted. A job of another backend waits until the service runs that backend again.
 * Returns the outage for which the job waits, if any: the poll then enqueues the dispatch again, so the message can be
 * deleted.
 */
export async function dispatchJob(
  ports: DispatchPorts,
  received: unknown,
  callOptions: CallOptions = {},
): Promise<ServiceError | undefined> {
  const message = readMessage(dispatchMessage, received);
  const { traceparent = callOptions.traceparent } = message;
  const options: CallOptions = { ...callOptions, ...defined({ traceparent }) };
  try {
    await postponeUnreadable(ports, message.name, () => dispatch(ports, message, options), options);
    return undefined;
  } catch (error) {
    if (error instanceof DispatchPostponed) return error.outage;
    // Storage rejects all writes, also that of a notice, and the outage lasts longer than the queue's five tries.
    if (isOutage(error) && isWriteTrouble(error.reason)) return error;
    throw error;
  }
}

async function dispatch(ports: DispatchPorts, message: DispatchMessage, options: CallOptions): Promise<void> {
  const isOurs = (record: JobRecord) =>
    record.submission_id === message.submission_id && record.backend === ports.backend.id;
  const claim = (record: JobRecord, now: Date) => (isOurs(record) ? claimDispatch(record, now) : undefined);
  const claimed = await reviseRecord(ports, message.name, claim, options);
  if (claimed === undefined || !isOurs(claimed.record)) return;
  try {
    await continueDispatch(ports, { value: claimed.record, etag: claimed.etag }, options);
  } catch (error) {
    if (needsNotice(error)) await setDispatchFailing(ports, message, error, options).catch(() => undefined);
    throw error;
  }
}

function continueDispatch(ports: DispatchPorts, job: Versioned<JobRecord>, options: CallOptions): Promise<void> {
  switch (phaseOf(job.value)) {
    case "claimed":
      return submit(ports, job, options);
    case "cancelingClaimed":
      return endCanceled(ports, job, options);
    default:
      return projectDispatched(ports, job.value, options);
  }
}

/** False for an outage of storage, which is short or also prevents the write of the notice. */
function needsNotice(error: unknown): boolean {
  const isTransient = error instanceof DispatchPostponed || isOutage(error) || isServiceError(error, "conflict");
  return !isTransient && !isUnreadableRecord(error);
}

/** Stores the cause on the job: it becomes part of the job's error if every retry fails. */
function setDispatchFailing(
  ports: DispatchPorts,
  message: DispatchMessage,
  error: unknown,
  options: CallOptions,
): Promise<unknown> {
  const notice = failureNotice("dispatch_failing", error);
  const record = (found: JobRecord, now: Date) =>
    isWaiting(found, message) ? setNotice(found, notice, now) : undefined;
  return updateJob(ports, message.name, { record }, options);
}

async function submit(ports: DispatchPorts, job: Versioned<JobRecord>, options: CallOptions): Promise<void> {
  const submission = backendJob(ports.jobReader, job.value);
  try {
    const send = () => ports.backend.submit(submission, options);
    const observation = await callOrPostpone(ports, job, send, options);
    await confirmDispatch(ports, job, observation, options);
  } catch (error) {
    if (error instanceof DispatchPostponed) await cancelIfEnded(ports, job.value, options);
    if (!(error instanceof BackendRefusal)) throw error;
    await endUnlessAtBackend(ports, job, { code: error.code, message: error.message }, options);
  }
}

function backendJob(reader: JobReader, record: JobRecord): BackendJob {
  const { name, submission_id, experiment_name, fingerprint, bundle_sha256, bundle_folder } = record;
  return {
    name,
    submission_id,
    experiment_name,
    fingerprint,
    submitted_at: record.creation_context.created_at,
    job: reader.jobOf(record),
    ...defined({ bundle_sha256, bundle_folder }),
  };
}
