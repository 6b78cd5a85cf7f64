/** Checks whether the backend has a job, and stores the result. */

import type { CallOptions, Versioned } from "../../core/ports/ports.ts";
import { applyObservation, isStale } from "../../core/records/apply-observation.ts";
import type { Observation } from "../../core/records/messages.ts";
import { isCanceling, isFinished, mayStillRun, wasDispatched } from "../../core/records/phases.ts";
import type { JobError, JobRecord } from "../../core/records/record.ts";
import { endAbsentJob } from "../../core/records/record-changes.ts";
import { revise } from "../../core/records/revise.ts";
import { isTerminal } from "../../core/records/status.ts";
import { observationDigest } from "../../core/text/digest.ts";
import { isAheadOfClock } from "../../lib/clock-jumps.ts";
import { callOrPostpone, type DispatchPorts, isWaiting } from "./postpone-dispatch.ts";
import { sendCancel } from "./send-cancel.ts";
import { updateJob } from "./update-job.ts";

/** Longer than any backend call, so an earlier submission has succeeded or failed by then. */
const inFlightMs = 60_000;
const notAtBackend: JobError = { code: "dispatch_failed", message: "The backend does not have the job." };

/**
 * Searches for a canceled job at the backend, which is not submitted any more. If the backend does not have it, the job
 * ends one minute after the cancel, when no earlier submission can still be in progress.
 * @throws DispatchPostponed
 */
export async function endCanceled(
  ports: DispatchPorts,
  job: Versioned<JobRecord>,
  options: CallOptions,
): Promise<void> {
  const { name, cancel_requested_at = "" } = job.value;
  const now = ports.clock.now();
  const endMs = Date.parse(cancel_requested_at) + inFlightMs;
  // A time in the future was written before the clock was set back, so it is long ago.
  if (isAheadOfClock(endMs - inFlightMs, now) || endMs <= now.getTime())
    return endUnlessAtBackend(ports, job, notAtBackend, options);
  const observation = await findAtBackend(ports, job, options);
  if (observation !== undefined) return confirmDispatch(ports, job, observation, options);
  await ports.openJobs.merge(name, { next_poll_at: new Date(endMs).toISOString() }, options);
}

/**
 * Searches for a job at the backend. A job that is found is marked as dispatched. Otherwise it ends as Canceled if a
 * cancel was requested, or as Failed with this error. It is then searched for again and canceled, because a second
 * delivery of the message may have submitted it after the first search.
 * @throws DispatchPostponed
 */
export async function endUnlessAtBackend(
  ports: DispatchPorts,
  job: Versioned<JobRecord>,
  error: JobError,
  options: CallOptions,
): Promise<void> {
  const observation = await findAtBackend(ports, job, options);
  if (observation !== undefined) return confirmDispatch(ports, job, observation, options);
  const record = (found: JobRecord, now: Date) =>
    isWaiting(found, job.value) ? endAbsentJob(found, error, now) : undefined;
  const updated = await updateJob(ports, job.value.name, { record }, options);
  if (updated === undefined || !mayStillRun(updated.record)) return;
  const late = await findAtBackend(ports, job, options);
  if (late !== undefined && !isTerminal(late.status)) await sendCancel(ports, job.value, options);
}

/** The backend's observation of the job; undefined if it does not have the job. */
function findAtBackend(
  ports: DispatchPorts,
  job: Versioned<JobRecord>,
  options: CallOptions,
): Promise<Observation | undefined> {
  const { name, submission_id } = job.value;
  const observe = async () => (await ports.backend.observe([{ name, submission_id }], options))[0]?.observation;
  return callOrPostpone(ports, job, observe, options);
}

/**
 * Stores that the backend has the job, with its observation. A job that was canceled or ended meanwhile is canceled
 * there.
 */
export async function confirmDispatch(
  ports: DispatchPorts,
  job: Versioned<JobRecord>,
  observation: Observation,
  options: CallOptions,
): Promise<void> {
  const { name, submission_id } = job.value;
  const record = (found: JobRecord, now: Date): JobRecord | undefined => {
    if (found.submission_id !== submission_id || isFinished(found)) return undefined;
    if (wasDispatched(found)) return applyObservation(found, observation, now);
    const dispatched: JobRecord = { ...found, dispatched_at: now.toISOString() };
    return applyObservation(dispatched, observation, now) ?? revise(dispatched, {}, now);
  };
  const next_poll_at = new Date(ports.clock.now().getTime() + ports.pollMinSeconds * 1000).toISOString();
  const row = (found: JobRecord) => ({
    next_poll_at,
    ...(isStale(found, observation, ports.clock.now()) ? {} : { applied_digest: observationDigest(observation) }),
  });
  const updated = await updateJob(ports, name, { record, row }, { ...options, start: job });
  const isUnwanted = updated === undefined || isCanceling(updated.record) || isFinished(updated.record);
  if (isUnwanted && !isTerminal(observation.status)) await sendCancel(ports, { name, submission_id }, options);
}

/**
 * Repeats the steps that an earlier delivery may have missed: the projections, and the cancel of a job whose record is
 * finished but which may still run at the backend.
 */
export async function projectDispatched(ports: DispatchPorts, record: JobRecord, options: CallOptions): Promise<void> {
  await updateJob(ports, record.name, { record: () => undefined }, options);
  if (mayStillRun(record)) await sendCancel(ports, record, options);
}
