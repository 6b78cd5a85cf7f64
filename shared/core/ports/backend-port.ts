import type { Issue } from "../issues.ts";
import type { Job } from "../job/job.ts";
import type { Observation } from "../records/messages.ts";
import type { CallOptions } from "./ports.ts";
import type { ByteRange, FileContent, SignedLogUrls } from "./storage-ports.ts";

/** What a backend is given to run. */
export interface BackendJob {
  readonly name: string;
  readonly submission_id: string;
  readonly job: Job;
  readonly experiment_name: string;
  /** The same for submissions of the same content by the same owner. */
  readonly fingerprint?: string;
  /** When the submission was committed. */
  readonly submitted_at?: string;
  /** The stored bundle that its local paths lead into. */
  readonly bundle_sha256?: string;
  /** The folder of the bundle that they start from; absent for its top. */
  readonly bundle_folder?: string;
}

export type BackendJobRef = Pick<BackendJob, "name" | "submission_id">;

/** What the backend said of one job; `undefined` observation: it does not know the job. */
export interface ObservedJob {
  readonly name: string;
  readonly observation: Observation | undefined;
}

/** What may change of a job after its submission, as it is today. */
export interface JobMetadata {
  readonly experiment_name: string;
  readonly display_name: string;
  /** Empty for none. */
  readonly description: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Tags that were there once. */
  readonly removed_tags: readonly string[];
  /** Those that came after the submission. */
  readonly properties: Readonly<Record<string, string>>;
  readonly archived: boolean;
}

/** A part of a job that the backend runs by itself: a node of a pipeline, a trial of a sweep. */
export interface ChildJob {
  readonly name: string;
  readonly display_name?: string;
  readonly status: string;
  readonly started_at?: string;
  readonly finished_at?: string;
  readonly error?: { readonly code: string; readonly message: string };
}

/** Which page of children is asked for. */
export interface ChildQuery {
  /** At most so many; a backend may give fewer. */
  readonly limit: number;
  /** Where the page before ended. */
  readonly continuation?: string | undefined;
}

export interface ChildPage {
  readonly children: readonly ChildJob[];
  /** Absent on the last page. */
  readonly continuation?: string;
}

/**
 * What runs jobs. Throws ServiceError `unavailable` or `throttled` (with `retryAfterSeconds`) when asking again later may
 * help; BackendRefusal when it will not.
 */
export interface Backend {
  readonly id: string;
  /** Where logs are: in our `job-logs`, or behind URLs that the backend signs. */
  readonly logs: "stored" | "signed";
  /** What this backend cannot run in a job; empty when it can run it. */
  unsupported(job: Job): readonly Issue[];
  /** Idempotent by name and `submission_id`: a job that is already there under both is a success. */
  submit(job: BackendJob, options?: CallOptions): Promise<Observation>;
  /** Asks about many jobs at once; an answer for each. */
  observe(jobs: readonly BackendJobRef[], options?: CallOptions): Promise<readonly ObservedJob[]>;
  /** One page of a job's children, where the backend has such; undefined: it does not know the job. */
  children?(job: BackendJobRef, query: ChildQuery, options?: CallOptions): Promise<ChildPage | undefined>;
  /** Shows a job as it is today, where the backend shows jobs. Safe to repeat; an unknown job is a success. @throws BackendRefusal when the backend will not. */
  update?(job: BackendJobRef, metadata: JobMetadata, options?: CallOptions): Promise<void>;
  /** Asks for the end of a job. Unknown and finished jobs are a success. @throws BackendRefusal when the backend will not. */
  cancel(job: BackendJobRef, options?: CallOptions): Promise<void>;
  /** Fresh signed URLs, only where `logs` is "signed"; undefined: the backend does not know the job. */
  logUrls?(job: BackendJobRef, options?: CallOptions): Promise<SignedLogUrls | undefined>;
  /** Reads behind a signed URL, after checking that it leads to a host of this backend. @throws LogUrlRefused when the signature does not count any more. */
  readLog?(url: string, range?: ByteRange, options?: CallOptions): Promise<FileContent | undefined>;
  /** Lets go of all that is kept about a finished job. */
  purge(job: BackendJobRef, options?: CallOptions): Promise<void>;
  /** @throws when the backend cannot be reached. */
  ready(options?: CallOptions): Promise<void>;
}

/** A signed URL that is not accepted, though its time is not over: the key that signed it was changed. Fresh ones may do. */
export class LogUrlRefused extends Error {
  override readonly name = "LogUrlRefused";
}

/** A backend's answer that no retry can mend; the job fails with it. */
export class BackendRefusal extends Error {
  override readonly name = "BackendRefusal";
  readonly code: string;
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
