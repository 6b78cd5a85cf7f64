/**
 * Changes of a record by the service and by callers; those by the backend are in apply-observation.ts. Pure: a function
 * returns the next record, or undefined if nothing changes. phases.ts has the phases and the moves between them.
 */

import { boundedError } from "./bounds.ts";
import { isCanceling, isFinished, phaseOf } from "./phases.ts";
import type { JobError, JobRecord } from "./record.ts";
import { revise, withEntry } from "./revise.ts";
import { withNoticeAtEnd } from "./set-notice.ts";
import { isTerminal, type Status } from "./status.ts";

/** Claims the job for its dispatch. Undefined unless the job is in the phase `accepted`. */
export function claimDispatch(record: JobRecord, now: Date): JobRecord | undefined {
  return phaseOf(record) === "accepted" ? revise(record, { dispatch_claimed_at: now.toISOString() }, now) : undefined;
}

/**
 * Stores that a caller requested a cancel. In the phase `accepted` the job is Canceled immediately; later it is
 * CancelRequested until the backend ends it. Undefined for a repeated request. The caller checks `canCancel` first.
 */
export function requestCancel(record: JobRecord, now: Date): JobRecord | undefined {
  if (record.status === "Canceled" || record.status === "CancelRequested") return undefined;
  const at = now.toISOString();
  if (phaseOf(record) === "accepted") {
    const timeline = withEntry(record, "Canceled", "caller", now);
    const changes = { status: "Canceled", cancel_requested_at: at, finished_at: at, timeline };
    return revise(withNoticeAtEnd(record), changes, now);
  }
  const timeline = withEntry(record, "CancelRequested", "caller", now);
  return revise(record, { status: "CancelRequested", cancel_requested_at: at, timeline }, now);
}

/** True for an active job that is not finishing, and for a Canceled one, so that a cancel can be repeated. */
export function canCancel(status: Status): boolean {
  return status === "Canceled" || (status !== "Finalizing" && !isTerminal(status));
}

/** Adds the rejection of a cancel by the backend to the timeline. The job continues. */
export function recordCancelRefusal(record: JobRecord, reason: string, now: Date): JobRecord | undefined {
  if (isFinished(record)) return undefined;
  const message = `The backend refused to cancel: ${reason}`;
  if (record.timeline.at(-1)?.message === message) return undefined;
  return revise(record, { timeline: withEntry(record, record.status, "backend", now, message) }, now);
}

/** Ends an unfinished job as Failed, because of an error of the service or a rejection by the backend. */
export function failJob(record: JobRecord, error: JobError, now: Date): JobRecord | undefined {
  if (isFinished(record)) return undefined;
  const timeline = withEntry(record, "Failed", "service", now, error.message);
  const changes = { status: "Failed", error: boundedError(error), finished_at: now.toISOString(), timeline };
  return revise(withNoticeAtEnd(record), changes, now);
}

/**
 * Ends a job that the backend does not have: as Canceled if a cancel was requested, otherwise as Failed with this
 * error.
 */
export function endAbsentJob(record: JobRecord, error: JobError, now: Date): JobRecord | undefined {
  if (!isCanceling(record)) return failJob(record, error, now);
  const message = `The backend ${record.backend} does not have the job.`;
  const timeline = withEntry(record, "Canceled", "service", now, message);
  return revise(withNoticeAtEnd(record), { status: "Canceled", finished_at: now.toISOString(), timeline }, now);
}
