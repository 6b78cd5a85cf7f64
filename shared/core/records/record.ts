/** The record of a job, from which all other stored data of the job is derived. */
import type { Notice } from "./notice.ts";
import type { Status } from "./status.ts";

export type Door = "http" | "inbox" | "rerun";

/** A status of a job. The timeline is the outbox of events: `seq` counts from 1 without gaps. */
export interface TimelineEntry {
  readonly seq: number;
  readonly status: Status;
  /** Time at which the service stored it (RFC 3339, UTC). */
  readonly at: string;
  /** The origin of the status. */
  readonly source: "service" | "backend" | "caller";
  readonly message?: string;
}

/** The reason of a failed job, from the backend or the service. */
export interface JobError {
  readonly code: string;
  readonly message: string;
}

/** `creation_context` of the SDK; times are RFC 3339, UTC. */
export interface CreationContext {
  readonly created_at: string;
  readonly created_by: string;
  readonly created_by_type: string;
  readonly last_modified_at?: string;
  readonly last_modified_by?: string;
  readonly last_modified_by_type?: string;
}

/** A service endpoint of a running job, like JobService of the SDK. */
interface JobService {
  readonly endpoint?: string;
  readonly type?: string;
  readonly status?: string;
  readonly port?: number;
  readonly error_message?: string;
  readonly nodes?: string;
  readonly ssh_public_keys?: string;
  readonly log_dir?: string;
  readonly properties?: Readonly<Record<string, string>>;
}

/** Fields that PATCH can change; an absent field is as submitted, and null removes a text. */
export interface JobEdits {
  readonly display_name?: string | null;
  readonly description?: string | null;
  readonly tags?: Readonly<Record<string, string | null>>;
  readonly properties?: Readonly<Record<string, string | null>>;
}

export interface JobRecord {
  readonly schema_version: 2;
  readonly name: string;
  readonly type: string;
  /** Unique for every submission: distinguishes a retried write from another job of the same name. */
  readonly submission_id: string;
  /** `v1:` and a hash of the parsed input, the bundle's hash and the owner. */
  readonly fingerprint: string;
  readonly owner: string;
  readonly door: Door;
  /** The job as submitted, as YAML text, which preserves the form of numbers. */
  readonly dump: string;
  /** Always set: the submission adds a default. */
  readonly experiment_name: string;
  readonly edits: JobEdits;
  readonly archived: boolean;
  /** The job of which this one is a rerun. */
  readonly rerun_of?: string;
  readonly bundle_sha256?: string;
  /** The folder of the bundle that local paths are relative to; absent for its root. */
  readonly bundle_folder?: string;
  readonly backend: string;
  readonly status: Status;
  /** Time of the request of the last applied observation. */
  readonly status_observed_at?: string;
  /** The backend's own revision of that observation, if it has one. */
  readonly backend_revision?: number;
  readonly started_at?: string;
  readonly finished_at?: string;
  readonly error?: JobError;
  /** A problem of the service, storage or backend that affects the job; removed when it is resolved. */
  readonly notice?: Notice;
  readonly creation_context: CreationContext;
  /** The id of the job at the backend, e.g. its ARM id. */
  readonly backend_id?: string;
  readonly studio_url?: string;
  readonly services?: Readonly<Record<string, JobService>>;
  /** Names (paths) of the readable logs, in order; never URLs. */
  readonly log_names: readonly string[];
  /** Written before the backend is called; after this write, the job may be running. */
  readonly dispatch_claimed_at?: string;
  /** Written when the backend confirmed that it has the job. */
  readonly dispatched_at?: string;
  readonly cancel_requested_at?: string;
  /** Times of the last requests in a row that did not find the job at the backend. */
  readonly not_found_at?: readonly string[];
  readonly timeline: readonly TimelineEntry[];
  /** Counts the writes from 1. The ETag for callers is `"{revision}"`. */
  readonly revision: number;
  readonly modified_at: string;
  /** Set when the job is deleted: requests for the job fail, and its data is being deleted. */
  readonly deleted_at?: string;
}
