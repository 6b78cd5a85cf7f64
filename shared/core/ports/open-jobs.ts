import type { CallOptions, Versioned } from "./ports.ts";

/** A row of table `openjobs`. Times are RFC 3339, UTC. */
export interface OpenJob {
  readonly name: string;
  readonly submission_id: string;
  readonly backend: string;
  readonly created_at: string;
  /** The next poll of the job. Before the dispatch: the time at which the poll enqueues the dispatch again. */
  readonly next_poll_at: string;
  /** The next check of the job by healing. */
  readonly heal_at: string;
  /**
   * A requested cancel. `requested`: must be sent; `failing`: was not sent at the last attempt, so the job has a
   * notice; `refused`: rejected by the backend.
   */
  readonly cancel?: "requested" | "failing" | "refused";
  /** `pending` until the edit is sent to the backend; the row is not deleted until then. */
  readonly edit?: "pending" | "sent";
  /** The revision of the record with the newest edit. All edits are sent once this revision has been sent. */
  readonly edit_revision?: number;
  /**
   * The submission whose `job.yml` healing has ensured. Absent until then, because a crash may have prevented its
   * write.
   */
  readonly dump_of?: string;
  /** The time when the backend confirmed that it has the job. Until then, the poll only enqueues the dispatch again. */
  readonly dispatched_at?: string;
  /** Start of the current uninterrupted series of dispatch attempts; a stop of the service interrupts it. */
  readonly tried_from?: string;
  /** Digest of the last observation sent to `job-updates`, and the time. */
  readonly sent_digest?: string;
  readonly sent_at?: string;
  /** Digest of the last observation applied to the record. */
  readonly applied_digest?: string;
  /** The newest timeline entry whose event was published. */
  readonly published_seq: number;
  /** Earliest expiry of the signed log URLs, if the backend signs. */
  readonly log_urls_expire_at?: string;
}

export type OpenJobChanges = Partial<Omit<OpenJob, "name">>;

interface DueJobs {
  /** Most overdue first. */
  readonly jobs: readonly Versioned<OpenJob>[];
  /** Ends of the pauses that backends requested. */
  readonly notBefore: ReadonlyMap<string, Date>;
}

/** `next_poll_at` of a finished job, which is not polled. Healing deletes its row. */
export const neverPolled = "9999-12-31T23:59:59.999Z";

export interface DueOptions extends CallOptions {
  /**
   * Rows that are due after this time (but not `neverPolled`) are returned, too: their time was written before the
   * clock was set back.
   */
  readonly beyond?: Date;
}

/** Table `openjobs`: a row for each job that is unfinished, or whose projections are not up to date. */
export interface OpenJobs {
  /** Inserts or replaces the row. */
  put(row: OpenJob, options?: CallOptions): Promise<string>;
  get(name: string, options?: CallOptions): Promise<Versioned<OpenJob> | undefined>;
  /**
   * Changes some fields; does nothing if the row does not exist. With `etag`:
   * @throws ServiceError `conflict` if the row has changed.
   */
  merge(name: string, changes: OpenJobChanges, options?: CallOptions & { readonly etag?: string }): Promise<void>;
  /** Changes some fields of many rows, unconditionally, in as few calls as possible; creates no rows. */
  mergeMany(
    changes: readonly { readonly name: string; readonly changes: OpenJobChanges }[],
    options?: CallOptions,
  ): Promise<void>;
  /** Succeeds if the row does not exist. @throws ServiceError `conflict` if the row has changed. */
  delete(name: string, etag: string, options?: CallOptions): Promise<void>;
  /** Rows with `next_poll_at` up to `now`, and the pauses of the backends, in one query. */
  due(now: Date, options?: DueOptions): Promise<DueJobs>;
  /** Rows with `heal_at` up to `now`, in one query. */
  toHeal(now: Date, options?: DueOptions): Promise<readonly Versioned<OpenJob>[]>;
  /** Stores a pause of a backend, for all instances. */
  setNotBefore(backend: string, until: Date, options?: CallOptions): Promise<void>;
}
