import { failureNotice } from "../../../core/ports/outage.ts";
import type { Observation } from "../../../core/records/messages.ts";
import { defined } from "../../../lib/defined.ts";
import type { JobState } from "../folder/job-state.ts";
import { logName } from "../results/upload-log.ts";

/** Revision of an observation by status. A job has each revision at most once, in this order. */
const revisions = { Queued: 1, Preparing: 2, Running: 3, Finalizing: 4, Completed: 5, Failed: 5, Canceled: 5 } as const;

type Status = keyof typeof revisions;

/** The observation of a job by the state of its folder. @param isPreparing whether inputs are being downloaded. */
export function observeJob(state: JobState, isPreparing: boolean, now: Date): Observation {
  const { started, exit, shipped } = state;
  const status = statusOf(state, isPreparing);
  return {
    status,
    observed_at: now.toISOString(),
    revision: revisions[status],
    ...defined({ started_at: started?.started_at, finished_at: exit?.finished_at, error: shipped?.error }),
    ...(shipped?.log_error !== undefined && { notice: failureNotice("log_incomplete", new Error(shipped.log_error)) }),
    ...((started ?? exit) !== undefined && { log_names: [logName] }),
  };
}

function statusOf({ started, exit, shipped }: JobState, isPreparing: boolean): Status {
  if (shipped !== undefined) return shipped.status;
  if (exit !== undefined) return "Finalizing";
  if (started !== undefined) return "Running";
  return isPreparing ? "Preparing" : "Queued";
}

/** The observation of a job whose spec is incomplete, for example after a power cut, or too large. */
export function observeDamagedJob(path: string, now: Date): Observation {
  const at = now.toISOString();
  const message = `The file spec.json in ${path} is incomplete or too large. Delete the job and submit it again.`;
  return {
    status: "Failed",
    observed_at: at,
    revision: revisions.Failed,
    finished_at: at,
    error: { code: "job_folder_damaged", message },
  };
}
