/**
 * Phases of a job. The backend reports the status; the phase is derived from the record and determines the function
 * that acts next.
 *
 *   submit-job
 *       v       dispatch-job         dispatch-job
 *   accepted ---------------> claimed ---------------> dispatched
 *       |                        | cancel-job              | cancel-job
 *       |                        v       dispatch-job      v
 *       |                cancelingClaimed ---------> cancelingDispatched
 *       v                        v                         v
 *   finished <---------------------------------------------+   cancel-job, dispatch-job, apply-update
 *       | delete-job
 *       v
 *   deleting ---> no record                                    delete-job, heal-jobs
 *
 * Each phase above `finished` can also change to `finished` directly; `moves` lists all changes.
 */

import type { JobRecord } from "./record.ts";
import { isTerminal } from "./status.ts";

export type Phase =
  /** The job is stored. `dispatch-job` claims it; until then a cancel finishes it without a call to the backend. */
  | "accepted"
  /** The backend may have the job. `dispatch-job` submits it, and repeats the call if the response was lost. */
  | "claimed"
  /**
   * A cancel was requested while the backend may have the job. `dispatch-job` searches for it and does not submit it
   * again.
   */
  | "cancelingClaimed"
  /** The backend has the job. `poll-jobs` observes it, `apply-update` stores the observation. */
  | "dispatched"
  /**
   * A cancel was requested. `poll-jobs` sends it at every poll, until the job ends or the backend rejects the cancel.
   */
  | "cancelingDispatched"
  /**
   * The status is terminal. The openjobs row is deleted once the projections are up to date. Edits are still possible.
   */
  | "finished"
  /**
   * Requests for the job fail with `job_not_found`. `delete-job`, or `heal-jobs` after a failure, deletes its data, the
   * record last.
   */
  | "deleting";

type Moves = Readonly<Partial<Record<Phase, readonly string[]>>>;

const confirming = ["dispatch-job", "dispatch-job-poison"];
const canceling = ["cancel-job", "take-inbox-event"];
const observing = ["apply-update", "apply-update-poison"];
/** A job ends when the backend rejects it, does not have it, or reports a terminal status. */
const ending = [...confirming, ...observing];

/** Phases that may follow each phase, and the functions (of `functions/`) that write the change. */
export const moves: Readonly<Record<Phase, Moves>> = {
  accepted: {
    claimed: ["dispatch-job"],
    // A job without a claim exists at the backend only if storage lost the latest writes of the record.
    dispatched: ["dispatch-job-poison"],
    finished: [...canceling, "dispatch-job-poison", ...observing],
  },
  claimed: { dispatched: confirming, cancelingClaimed: canceling, finished: ending },
  cancelingClaimed: { cancelingDispatched: confirming, finished: ending },
  dispatched: { cancelingDispatched: canceling, finished: ending },
  cancelingDispatched: { finished: ending },
  finished: { deleting: ["delete-job"] },
  deleting: {},
};

type PhaseFields = Pick<
  JobRecord,
  "status" | "deleted_at" | "dispatched_at" | "dispatch_claimed_at" | "cancel_requested_at"
>;

/** The phase of a job's record. Every record is in exactly one. */
export function phaseOf(record: PhaseFields): Phase {
  if (record.deleted_at !== undefined) return "deleting";
  if (isTerminal(record.status)) return "finished";
  const isCancelRequested = record.cancel_requested_at !== undefined;
  if (record.dispatched_at !== undefined) return isCancelRequested ? "cancelingDispatched" : "dispatched";
  if (isCancelRequested) return "cancelingClaimed";
  return record.dispatch_claimed_at === undefined ? "accepted" : "claimed";
}

/** True for a job that has ended, including one that is being deleted. */
export function isFinished(record: PhaseFields): boolean {
  return ["finished", "deleting"].includes(phaseOf(record));
}

/** True for an unfinished job whose dispatch the backend has not confirmed. */
export function isBeforeDispatch(record: PhaseFields): boolean {
  return ["accepted", "claimed", "cancelingClaimed"].includes(phaseOf(record));
}

/** True for an unfinished job whose dispatch the backend has confirmed. */
export function isAtBackend(record: PhaseFields): boolean {
  return ["dispatched", "cancelingDispatched"].includes(phaseOf(record));
}

/** True for an unfinished job whose cancel was requested. */
export function isCanceling(record: PhaseFields): boolean {
  return ["cancelingClaimed", "cancelingDispatched"].includes(phaseOf(record));
}

/** True for a record, or an openjobs row, of a job whose dispatch the backend has confirmed, in any phase. */
export function wasDispatched({ dispatched_at }: { readonly dispatched_at?: string }): boolean {
  return dispatched_at !== undefined;
}

/** True for a finished job that the backend may still run, because the response to its submission was lost. */
export function mayStillRun(record: PhaseFields): boolean {
  return isFinished(record) && record.dispatch_claimed_at !== undefined && !wasDispatched(record);
}

/** @throws Error for a phase change that `moves` does not contain. */
export function checkMove(before: JobRecord, after: JobRecord): void {
  const [from, to] = [phaseOf(before), phaseOf(after)];
  if (from !== to && moves[from][to] === undefined)
    throw new Error(`Job ${before.name} cannot move from the phase ${from} to ${to}.`);
}
