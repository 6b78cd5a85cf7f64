import { failureNotice } from "../../../core/ports/outage.ts";
import type { Observation } from "../../../core/records/messages.ts";
import { defined } from "../../../lib/defined.ts";
import type { JobState } from "../folder/job-state.ts";
import { logName } from "../results/upload-log.ts";

/** Revisions of an observation: each stage of a job comes once. */
const revisions = { Queued: 1, Preparing: 2, Running: 3, Finalizing: 4, Completed: 5, Failed: 5, Canceled: 5 } as const;

/** What a job's folder says about the job. */
export function observeJob(state: JobState, preparing: boolean, now: Date): Observation {
  const { started, exit, shipped } = state;
  const status = shipped?.status ?? (exit ? "Finalizing" : started ? "Running" : preparing ? "Preparing" : "Queued");
  return {
    status,
    observed_at: now.toISOString(),
    revision: revisions[status],
    ...defined({ started_at: started?.started_at }),
    ...(exit !== undefined && { finished_at: exit.finished_at }),
    ...defined({ error: shipped?.error }),
    ...(shipped?.log_error !== undefined && { notice: failureNotice("log_incomplete", new Error(shipped.log_error)) }),
    ...((started ?? exit) !== undefined && { log_names: [logName] }),
  };
}

/** The observation of a job whose spec is damaged, for example emptied by a power cut, or too large to be read. */
export function observeDamagedJob(path: string, now: Date): Observation {
  const at = now.toISOString();
  const message = `The file spec.json in ${path} cannot be used: it is not whole, or too large. Delete the job and submit it again.`;
  return {
    status: "Failed",
    observed_at: at,
    revision: revisions.Failed,
    finished_at: at,
    error: { code: "job_folder_damaged", message },
  };
}
