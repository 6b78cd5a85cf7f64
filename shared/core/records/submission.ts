import type { Warning } from "../issues.ts";
import type { Job } from "../job/job.ts";
import type { JobFilesReader } from "../job/load-job.ts";
import type { Door, JobRecord } from "./record.ts";

/** The zip that was sent with a job. */
export interface SubmittedBundle {
  /** SHA-256 of the zip, under which it is stored. */
  readonly sha256: string;
  readonly files: JobFilesReader;
  /** The folder of the job's file in the zip, which its paths are relative to; absent for the root. */
  readonly folder?: string;
  /** Path of the zip on this machine; absent if it is stored already. */
  readonly zip?: string;
}

/** A submitted job, from any origin, before its validation. */
export interface Submission {
  readonly source: string | Uint8Array;
  readonly format: "yaml" | "json";
  readonly door: Door;
  /** The owner of the job. */
  readonly owner: string;
  /** For `creation_context`. */
  readonly createdBy: { readonly name: string; readonly type: string };
  /** The name in the URL (PUT). A name in the job must be equal. */
  readonly name?: string;
  /** Makes a submission without a name repeatable: the name is derived from the owner and this key. */
  readonly idempotencyKey?: string;
  /** The folder of the submitted file. Its last part is the default experiment. */
  readonly folder?: string;
  readonly rerunOf?: string;
  readonly bundle?: SubmittedBundle;
  /**
   * Checks If-Match and If-None-Match, as the last check; `revision` is that of the existing job, undefined without
   * one.
   * @throws ServiceError `precondition_failed`.
   */
  readonly condition?: (revision: number | undefined) => void;
}

/** A submitted job and its bundle. */
export type JobWithFiles = Pick<Submission, "source" | "format" | "bundle">;

export interface CheckedJob {
  /** The job with its final name and experiment. */
  readonly job: Job;
  readonly warnings: readonly Warning[];
  /** True if the job can be submitted. */
  readonly submittable: boolean;
}

export interface Submitted {
  readonly record: JobRecord;
  readonly warnings: readonly Warning[];
  /** False if an earlier, equal submission created the job. */
  readonly created: boolean;
}
