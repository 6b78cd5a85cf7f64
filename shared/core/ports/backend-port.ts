import type { Issue } from "../issues.ts";
import type { Job } from "../job/job.ts";
import type { Observation } from "../records/messages.ts";
import type { CallOptions } from "./ports.ts";
import type { ByteRange, FileContent, SignedLogUrls } from "./storage-ports.ts";

/** A job as it is submitted to a backend. */
export interface BackendJob {
  readonly name: string;
  readonly submission_id: string;
  readonly job: Job;
  readonly experiment_name: string;
  /** Equal for submissions of the same content by the same owner. */
  readonly fingerprint?: string;
  /** Time of the submission. */
  readonly submitted_at?: string;
  /** The stored bundle that contains its local paths. */
  readonly bundle_sha256?: string;
  /** The folder of the bundle that the local paths are relative to; absent for its root. */
  readonly bundle_folder?: string;
}

export type BackendJobRef = Pick<BackendJob, "name" | "submission_id">;

/** The observation of one job; undefined if the backend does not have it. */
export interface ObservedJob {
  readonly name: string;
  readonly observation: Observation | undefined;
}

/** The editable fields of a job, with their current values. */
export interface JobMetadata {
  readonly experiment_name: string;
  readonly display_name: string;
  /** Empty without a description. */
  readonly description: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Tags that were removed since the submission. */
  readonly removed_tags: readonly string[];
  /** Properties that were added since the submission. */
  readonly properties: Readonly<Record<string, string>>;
  readonly archived: boolean;
}

/** A child job, which only the backend manages: a node of a pipeline, a trial of a sweep. */
export interface ChildJob {
  readonly name: string;
  readonly display_name?: string;
  readonly status: string;
  readonly started_at?: string;
  readonly finished_at?: string;
  readonly error?: { readonly code: string; readonly message: string };
}

/** A page of children. */
export interface ChildQuery {
  /** Maximum number of children in the page. */
  readonly limit: number;
  /** Continuation of the previous page. */
  readonly continuation?: string | undefined;
}

export interface ChildPage {
  readonly children: readonly ChildJob[];
  /** Absent on the last page. */
  readonly continuation?: string;
}

/**
 * Runs jobs. Every call throws ServiceError `unavailable` or `throttled` (with `retryAfterSeconds`) for retryable
 * failures, and BackendRefusal for permanent ones.
 */
export interface Backend {
  readonly id: string;
  /** `stored`: logs are in the container `job-logs`. `signed`: the backend provides signed URLs. */
  readonly logs: "stored" | "signed";
  /** The parts of a job that this backend cannot run; empty if it can run the job. */
  unsupported(job: Job): readonly Issue[];
  /** Idempotent: a job that exists under the same name and `submission_id` is a success. */
  submit(job: BackendJob, options?: CallOptions): Promise<Observation>;
  /** Reads the status of many jobs. Returns one element per job. */
  observe(jobs: readonly BackendJobRef[], options?: CallOptions): Promise<readonly ObservedJob[]>;
  /** One page of a job's children, if the backend supports them; undefined if it does not have the job. */
  children?(job: BackendJobRef, query: ChildQuery, options?: CallOptions): Promise<ChildPage | undefined>;
  /**
   * Sends the current metadata of a job to a backend that stores metadata. Safe to repeat; an unknown job is a success.
   * @throws BackendRefusal
   */
  update?(job: BackendJobRef, metadata: JobMetadata, options?: CallOptions): Promise<void>;
  /** Requests the end of a job. An unknown or finished job is a success. @throws BackendRefusal */
  cancel(job: BackendJobRef, options?: CallOptions): Promise<void>;
  /** Fresh signed URLs, only if `logs` is "signed"; undefined if the backend does not have the job. */
  logUrls?(job: BackendJobRef, options?: CallOptions): Promise<SignedLogUrls | undefined>;
  /**
   * Reads from a signed URL, after checking that its host belongs to this backend.
   * @throws LogUrlRefused if the signature is no longer valid.
   */
  readLog?(url: string, range?: ByteRange, options?: CallOptions): Promise<FileContent | undefined>;
  /** Deletes all data about a finished job. */
  purge(job: BackendJobRef, options?: CallOptions): Promise<void>;
  /** @throws if the backend cannot be reached. */
  ready(options?: CallOptions): Promise<void>;
}

/** A signed URL that is rejected before its expiry, because its signing key was changed. Fresh URLs may work. */
export class LogUrlRefused extends Error {
  override readonly name = "LogUrlRefused";
}

/**
 * Thrown when a backend rejects a request permanently. A rejected submission ends the job with this code and message.
 */
export class BackendRefusal extends Error {
  override readonly name = "BackendRefusal";
  readonly code: string;
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
