/** The record: all that is kept about one job, and the only truth about it. */
import type { Notice } from "./notice.ts";
import type { Status } from "./status.ts";

export type Door = "http" | "inbox" | "rerun";

/** A status that a job had. The timeline is the outbox of events: `seq` counts from 1 without gaps. */
export interface TimelineEntry {
  readonly seq: number;
  readonly status: Status;
  /** When the service learned of it (RFC 3339, UTC). */
  readonly at: string;
  /** Who said so. */
  readonly source: "service" | "backend" | "caller";
  readonly message?: string;
}

/** Why a job failed, as the backend or the service says it. */
export interface JobError {
  readonly code: string;
  readonly message: string;
}

/** What the SDK calls `creation_context`; times are RFC 3339, UTC. */
export interface CreationContext {
  readonly created_at: string;
  readonly created_by: string;
  readonly created_by_type: string;
  readonly last_modified_at?: string;
  readonly last_modified_by?: string;
  readonly last_modified_by_type?: string;
}

/** A service endpoint of a running job, as the SDK's JobService. */
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

/** Fields that PATCH may change after submission; what is absent is as submitted. A null takes a text away. */
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
  /** Made new for every committed submission: tells our own retried write from somebody else's job of that name. */
  readonly submission_id: string;
  /** `v1:` and a hash of the parsed input, the bundle's hash and the owner. */
  readonly fingerprint: string;
  readonly owner: string;
  readonly door: Door;
  /** The job as submitted, as YAML text; numbers keep their form in it. */
  readonly dump: string;
  /** Filled in on submission when the job has none. */
  readonly experiment_name: string;
  readonly edits: JobEdits;
  readonly archived: boolean;
  /** Which job this one was rerun from. */
  readonly rerun_of?: string;
  readonly bundle_sha256?: string;
  /** The folder of the bundle that local paths start from; absent for its top. */
  readonly bundle_folder?: string;
  readonly backend: string;
  readonly status: Status;
  /** When the backend was asked, for the newest observation that was taken. */
  readonly status_observed_at?: string;
  /** The backend's own revision of that observation, where it has one. */
  readonly backend_revision?: number;
  readonly started_at?: string;
  readonly finished_at?: string;
  readonly error?: JobError;
  /** Something wrong that is not the job's own; gone as soon as it is over. */
  readonly notice?: Notice;
  readonly creation_context: CreationContext;
  /** What the backend calls the job, e.g. its ARM id. */
  readonly backend_id?: string;
  readonly studio_url?: string;
  readonly services?: Readonly<Record<string, JobService>>;
  /** Names (paths) of the logs that are there to read, in order; never URLs. */
  readonly log_names: readonly string[];
  /** Written before the backend is called: from here on the job may be running. */
  readonly dispatch_claimed_at?: string;
  /** Written when the backend has taken the job. */
  readonly dispatched_at?: string;
  readonly cancel_requested_at?: string;
  /** When the backend was asked and did not know a job that it had taken, each time in a row. */
  readonly not_found_at?: readonly string[];
  readonly timeline: readonly TimelineEntry[];
  /** Counts every write from 1; the ETag that callers see is `"{revision}"`. */
  readonly revision: number;
  readonly modified_at: string;
  /** The job is deleted: to callers it is gone, and what is left of it is being cleared away. */
  readonly deleted_at?: string;
}
