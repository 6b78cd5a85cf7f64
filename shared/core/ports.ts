/**
 * What the operations need from outside. Adapters live in shared/storage and shared/backends; tests have memory ones.
 *
 * Rules for every port: "not there" is `undefined`; a create that finds something, and a conditional write that finds
 * something else, throw ServiceError `conflict`; an outage goes up as it came, except that an adapter that knows it to be
 * one (refused, timed out, throttled, 5xx) throws ServiceError `unavailable` with the cause. Every call ends by itself
 * within its adapter's time limit, and sooner when `signal` is aborted.
 */
import type { Issue } from "./issues.ts";
import type { Job } from "./job/job.ts";
import type { DispatchMessage, Observation, UpdateMessage } from "./messages.ts";
import type { JobRecord, TimelineEntry } from "./record.ts";

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** W3C trace context of whoever asks; messages carry it on, and backends may. */
  readonly traceparent?: string;
}

export interface Clock {
  now(): Date;
  /** Ends after `ms`, or sooner when the signal is aborted (without an error). */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** A value with the ETag to condition the next write on. */
export interface Versioned<T> {
  readonly value: T;
  readonly etag: string;
}

/** `jobs/{name}/record.json`. */
export interface RecordStore {
  get(name: string, options?: CallOptions): Promise<Versioned<JobRecord> | undefined>;
  /** The commit point: If-None-Match: *. @throws ServiceError `conflict` when the name is taken. */
  create(record: JobRecord, options?: CallOptions): Promise<string>;
  /** @throws ServiceError `conflict` when the record changed or went away meanwhile. */
  replace(record: JobRecord, etag: string, options?: CallOptions): Promise<string>;
  /** Succeeds when it was gone. @throws ServiceError `conflict` when the record changed meanwhile. */
  delete(name: string, etag: string, options?: CallOptions): Promise<void>;
  /** Names of all records, in any order. */
  names(options?: CallOptions): AsyncIterable<string>;
}

/** `jobs/{name}/job.yml`: the dump as submitted, written once. */
export interface DumpStore {
  /** Writes the dump; leaves one that is there as it is. */
  put(name: string, yaml: string, options?: CallOptions): Promise<void>;
  get(name: string, options?: CallOptions): Promise<string | undefined>;
  delete(name: string, options?: CallOptions): Promise<void>;
  /** Where the dump lies, for people: container and path, without account or signature. */
  location(name: string): string;
}

/** A row of table `openjobs`. Times are RFC 3339, UTC. */
export interface OpenJob {
  readonly name: string;
  readonly submission_id: string;
  readonly backend: string;
  readonly created_at: string;
  /** When the poll looks at the job next, or enqueues its dispatch again while the backend has not taken it. */
  readonly next_poll_at: string;
  /** When healing looks at the job next. */
  readonly heal_at: string;
  /** Set while a caller's cancel has to reach the backend, or when the backend would not hear of it. */
  readonly cancel?: "requested" | "refused";
  /** Set while the backend has to be told of an edit; the row stays until it was. */
  readonly edit?: "pending" | "sent";
  /** The submission whose `job.yml` healing has seen to; until then a crash may have left it out. */
  readonly dump_of?: string;
  /** When the backend took the job; until then the poll only sees to it that the dispatch is not lost. */
  readonly dispatched_at?: string;
  /** Digest of the observation that was last sent to `job-updates`, and when. */
  readonly sent_digest?: string;
  readonly sent_at?: string;
  /** Digest of the observation that was last taken into the record. */
  readonly applied_digest?: string;
  /** The newest timeline entry whose event is out. */
  readonly published_seq: number;
  /** Earliest expiry of the signed log URLs, where the backend signs. */
  readonly log_urls_expire_at?: string;
}

export type OpenJobChanges = Partial<Omit<OpenJob, "name">>;

interface DueJobs {
  /** Most overdue first. */
  readonly jobs: readonly Versioned<OpenJob>[];
  /** Backends that asked to be left alone, and until when. */
  readonly notBefore: ReadonlyMap<string, Date>;
}

/** Table `openjobs`: every job that is not finished and tidied up. */
export interface OpenJobs {
  /** Inserts or replaces the row. */
  put(row: OpenJob, options?: CallOptions): Promise<string>;
  get(name: string, options?: CallOptions): Promise<Versioned<OpenJob> | undefined>;
  /** Changes some fields; quietly does nothing when the row is gone. Unconditional unless `etag` is given (then `conflict`). */
  merge(name: string, changes: OpenJobChanges, options?: CallOptions & { readonly etag?: string }): Promise<void>;
  /** Changes some fields of many rows, unconditionally, in as few calls as the service allows; rows that are gone stay gone. */
  mergeMany(changes: readonly { readonly name: string; readonly changes: OpenJobChanges }[], options?: CallOptions): Promise<void>;
  /** Succeeds when it was gone. @throws ServiceError `conflict` when the row changed meanwhile. */
  delete(name: string, etag: string, options?: CallOptions): Promise<void>;
  /** Rows with `next_poll_at` up to `now`, and the backends' `not_before`, in one query. */
  due(now: Date, options?: CallOptions): Promise<DueJobs>;
  /** Rows with `heal_at` up to `now`, in one query. */
  toHeal(now: Date, options?: CallOptions): Promise<readonly Versioned<OpenJob>[]>;
  /** Leaves a whole backend alone until then; shared by all instances. */
  setNotBefore(backend: string, until: Date, options?: CallOptions): Promise<void>;
}

/** A row of table `jobindex`: what a list shows and filters. */
export interface IndexEntry {
  readonly name: string;
  readonly type: string;
  readonly status: string;
  readonly display_name?: string;
  readonly description?: string;
  readonly experiment_name: string;
  readonly compute?: string;
  readonly owner: string;
  readonly created_by: string;
  readonly created_at: string;
  readonly started_at?: string;
  readonly finished_at?: string;
  readonly tags: Readonly<Record<string, string | null>>;
  readonly archived: boolean;
  readonly error?: { readonly code: string; readonly message: string };
  readonly revision: number;
}

export interface IndexQuery {
  readonly status?: string;
  readonly type?: string;
  readonly experiment_name?: string;
  readonly compute?: string;
  readonly created_by?: string;
  readonly owner?: string;
  readonly created_after?: Date;
  readonly created_before?: Date;
  readonly archived?: boolean;
  /** Any row that this refuses is left out; runs in the service. */
  readonly matches?: (entry: IndexEntry) => boolean;
  /** What `matches` looks for, as text: a continuation is good for this alone. */
  readonly matching?: string;
  /** At most so many entries, 1 to 200. */
  readonly limit: number;
  /** Where the page before ended. */
  readonly continuation?: string;
  /** Stop scanning after this many milliseconds, with what was found. */
  readonly scanMs?: number;
}

export interface IndexPage {
  readonly entries: readonly IndexEntry[];
  /** Absent on the last page. */
  readonly continuation?: string;
}

/** Table `jobindex`, newest first. */
export interface JobIndex {
  /** Writes the row unless the one that is there has this revision or a newer one. */
  put(entry: IndexEntry, options?: CallOptions): Promise<void>;
  get(name: string, createdAt: string, options?: CallOptions): Promise<IndexEntry | undefined>;
  delete(name: string, createdAt: string, options?: CallOptions): Promise<void>;
  /** @throws ServiceError `invalid_query` for a continuation that this index did not make for the same filters. */
  query(query: IndexQuery, options?: CallOptions): Promise<IndexPage>;
}

/** A transition of a job, as services see it. `id` is `{name}:{submission_id}:{seq}`. */
export interface JobEvent extends TimelineEntry {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly owner: string;
  readonly experiment_name: string;
  readonly revision: number;
}

/** Where transitions are published; publishing one again changes nothing. */
export interface EventSink {
  publish(events: readonly JobEvent[], options?: CallOptions): Promise<void>;
}

export interface SendOptions extends CallOptions {
  /** Seconds until the message is seen; 0 by default. */
  readonly delaySeconds?: number;
}

export interface Queues {
  sendDispatch(message: DispatchMessage, options?: SendOptions): Promise<void>;
  sendUpdate(message: UpdateMessage, options?: CallOptions): Promise<void>;
  /** Resolves when the queues can be reached, whether they have been made or not. */
  ready(options?: CallOptions): Promise<void>;
}

/** Part of a file: `end` is inclusive, as in a Range header; `suffix` counts from the end. */
export type ByteRange = { readonly start: number; readonly end?: number } | { readonly suffix: number };

export interface FileContent {
  /** Bytes in the whole file. */
  readonly size: number;
  /** First byte of what is sent. */
  readonly start: number;
  /** Bytes that are sent. */
  readonly length: number;
  readonly etag: string;
  readonly body: AsyncIterable<Uint8Array>;
}

export interface FileInfo {
  readonly path: string;
  readonly size: number;
  readonly modified_at: string;
}

/** Files that a job left in a container of ours: `job-logs` or `job-outputs`, under `{name}/`. */
export interface JobFiles {
  list(name: string, options?: CallOptions): Promise<readonly FileInfo[]>;
  /** @throws ServiceError `range_not_satisfiable` when the range starts behind the end. */
  read(name: string, path: string, range?: ByteRange, options?: CallOptions): Promise<FileContent | undefined>;
  /** A URL that reads this one file, and nothing else, until `expires`. */
  sign(name: string, path: string, expires: Date, options?: CallOptions): Promise<string>;
  deleteAll(name: string, options?: CallOptions): Promise<void>;
  /** Adds bytes at the end of a file, which is made when it is not there. `offset` is where they must begin: what is there already is not written twice. */
  append(name: string, path: string, offset: number, bytes: Uint8Array, options?: CallOptions): Promise<void>;
  /** Writes a whole file from disk. */
  upload(name: string, path: string, file: string, options?: CallOptions): Promise<void>;
}

export interface StoredBundle {
  readonly sha256: string;
  readonly etag: string;
  /** When it was written or renewed last (RFC 3339, UTC). */
  readonly renewed_at: string;
}

/** `bundles/{sha256}.zip`: the files of jobs, each zip once, whoever sent it. */
export interface BundleStore {
  /** Writes a zip from disk, or renews the one that is there: nobody takes it for forgotten for a while. */
  put(sha256: string, zip: string, options?: CallOptions): Promise<void>;
  /** Renews a zip; false when it is not there. */
  renew(sha256: string, options?: CallOptions): Promise<boolean>;
  read(sha256: string, options?: CallOptions): Promise<FileContent | undefined>;
  /** Succeeds when it was gone. @throws ServiceError `conflict` when it was renewed meanwhile. */
  delete(sha256: string, etag: string, options?: CallOptions): Promise<void>;
  /** All of them, in any order. */
  list(options?: CallOptions): AsyncIterable<StoredBundle>;
}

/** A container of a storage account that is not ours. */
export interface ForeignContainer {
  readonly url: string;
  /** What opens it: a SAS with its `?`, the account's key, or the app's own identity. */
  readonly access: { readonly sas: string } | { readonly account: string; readonly accountKey: string } | "identity";
}

export interface UploadedFile {
  readonly size: number;
  /** The bytes, from the start each time. */
  content(): AsyncIterable<Uint8Array>;
}

/** Puts files where a backend wants them. */
export interface ContainerUploads {
  /** Writes a file; one that is there stays as it is. */
  put(container: ForeignContainer, path: string, file: UploadedFile, options?: CallOptions): Promise<void>;
}

export interface SignedLogUrls {
  /** Log name -> URL with its signature. Never part of a record, message, event or log line. */
  readonly urls: Readonly<Record<string, string>>;
  /** When the first of them stops working (RFC 3339, UTC). */
  readonly expires_at: string;
  readonly refreshed_at: string;
}

/** `log-urls/{name}.json`, for backends that sign. */
export interface LogUrlStore {
  get(name: string, options?: CallOptions): Promise<SignedLogUrls | undefined>;
  put(name: string, urls: SignedLogUrls, options?: CallOptions): Promise<void>;
  delete(name: string, options?: CallOptions): Promise<void>;
}

/** What a backend is given to run. */
export interface BackendJob {
  readonly name: string;
  readonly submission_id: string;
  readonly job: Job;
  readonly experiment_name: string;
  /** The stored bundle that its local paths lead into. */
  readonly bundle_sha256?: string;
  /** The folder of the bundle that they start from; absent for its top. */
  readonly bundle_folder?: string;
}

export type BackendJobRef = Pick<BackendJob, "name" | "submission_id">;

/** What the backend said of one job; `undefined` observation: it does not know the job. */
export interface Observed {
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
  observe(jobs: readonly BackendJobRef[], options?: CallOptions): Promise<readonly Observed[]>;
  /** One page of a job's children, where the backend has such; undefined: it does not know the job. */
  children?(job: BackendJobRef, continuation?: string, options?: CallOptions): Promise<ChildPage | undefined>;
  /** Shows a job as it is today, where the backend shows jobs. Safe to repeat; an unknown job is a success. @throws BackendRefusal when the backend will not. */
  update?(job: BackendJobRef, metadata: JobMetadata, options?: CallOptions): Promise<void>;
  /** Asks for the end of a job. Unknown and finished jobs are a success. @throws BackendRefusal when the backend will not. */
  cancel(job: BackendJobRef, options?: CallOptions): Promise<void>;
  /** Fresh signed URLs, only where `logs` is "signed"; undefined: the backend does not know the job. */
  logUrls?(job: BackendJobRef, options?: CallOptions): Promise<SignedLogUrls | undefined>;
  /** Reads behind a signed URL, after checking that it leads to a host of this backend. @throws LogUrlRefused when the signature does not count any more. */
  readLog?(url: string, range?: ByteRange, options?: CallOptions): Promise<FileContent | undefined>;
  /** Lets go of all that is kept about a finished job. */
  forget(job: BackendJobRef, options?: CallOptions): Promise<void>;
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
