import type { Warning } from "../issues.ts";
import type { Job } from "../job/job.ts";
import type { JobFilesReader } from "../job/load-job.ts";
import type { Door, JobRecord } from "./record.ts";

/** The zip that came along with a job. */
export interface SubmittedBundle {
  /** Of the zip's bytes; what it is stored under. */
  readonly sha256: string;
  readonly files: JobFilesReader;
  /** Where the job's own file is in it; its paths start there. Absent at the top. */
  readonly folder?: string;
  /** Where the zip lies on this machine; absent for one that is stored already. */
  readonly zip?: string;
}

/** What came in through a door: it becomes a job or a list of issues. */
export interface Submission {
  readonly source: string | Uint8Array;
  readonly format: "yaml" | "json";
  readonly door: Door;
  /** Whose job it becomes. */
  readonly owner: string;
  /** For `creation_context`. */
  readonly createdBy: { readonly name: string; readonly type: string };
  /** The name that the caller addressed (PUT); a name in the job must be the same. */
  readonly name?: string;
  /** Makes a submission without a name repeatable: the name derives from the owner and this. */
  readonly idempotencyKey?: string;
  /** The folder that the job came from; its last part names the experiment of a job that names none. */
  readonly folder?: string;
  readonly rerunOf?: string;
  readonly bundle?: SubmittedBundle;
  /**
   * What must hold of the job that is there, by its revision, or of none; asked where all else is well.
   * @throws ServiceError `precondition_failed`.
   */
  readonly condition?: (revision: number | undefined) => void;
}

/** A job as it was sent, and what came along. */
export type JobWithFiles = Pick<Submission, "source" | "format" | "bundle">;

export interface CheckedJob {
  /** The job with the name and experiment that it will have. */
  readonly job: Job;
  readonly warnings: readonly Warning[];
  /** Whether a submission would be taken. */
  readonly submittable: boolean;
}

export interface Submitted {
  readonly record: JobRecord;
  readonly warnings: readonly Warning[];
  /** False for a replay of a submission that was committed before. */
  readonly created: boolean;
}
