import type { CallOptions, Versioned } from "./ports.ts";

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
  /** A caller's cancel: it has to reach the backend, the last try failed (and the job has a notice of it), or the backend refused it. */
  readonly cancel?: "requested" | "failing" | "refused";
  /** Set while the backend has to be told of an edit; the row stays until it was. */
  readonly edit?: "pending" | "sent";
  /** The revision of the record with the newest edit: only a backend that was told of this one has been told of all. */
  readonly edit_revision?: number;
  /** The submission whose `job.yml` healing has seen to; until then a crash may have left it out. */
  readonly dump_of?: string;
  /** When the backend took the job; until then the poll only sees to it that the dispatch is not lost. */
  readonly dispatched_at?: string;
  /** Since when the dispatch is tried without a gap: a computer that slept, or a service that was off, has not tried meanwhile. */
  readonly tried_from?: string;
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

/** `next_poll_at` of a finished job: its row is left to healing, and nobody asks the backend about it. */
export const neverPolled = "9999-12-31T23:59:59.999Z";

export interface DueOptions extends CallOptions {
  /** Rows that are to wait beyond this time, except for ever, are given, too: a clock that has been set back since made them. */
  readonly beyond?: Date;
}

/** Table `openjobs`: every job that is not finished and tidied up. */
export interface OpenJobs {
  /** Inserts or replaces the row. */
  put(row: OpenJob, options?: CallOptions): Promise<string>;
  get(name: string, options?: CallOptions): Promise<Versioned<OpenJob> | undefined>;
  /** Changes some fields; quietly does nothing when the row is gone. Unconditional unless `etag` is given (then `conflict`). */
  merge(name: string, changes: OpenJobChanges, options?: CallOptions & { readonly etag?: string }): Promise<void>;
  /** Changes some fields of many rows, unconditionally, in as few calls as the service allows; rows that are gone stay gone. */
  mergeMany(
    changes: readonly { readonly name: string; readonly changes: OpenJobChanges }[],
    options?: CallOptions,
  ): Promise<void>;
  /** Succeeds when it was gone. @throws ServiceError `conflict` when the row changed meanwhile. */
  delete(name: string, etag: string, options?: CallOptions): Promise<void>;
  /** Rows with `next_poll_at` up to `now`, and the backends' `not_before`, in one query. */
  due(now: Date, options?: DueOptions): Promise<DueJobs>;
  /** Rows with `heal_at` up to `now`, in one query. */
  toHeal(now: Date, options?: DueOptions): Promise<readonly Versioned<OpenJob>[]>;
  /** Leaves a whole backend alone until then; shared by all instances. */
  setNotBefore(backend: string, until: Date, options?: CallOptions): Promise<void>;
}
