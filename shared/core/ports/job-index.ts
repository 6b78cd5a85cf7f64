import type { Notice } from "../records/notice.ts";
import type { CallOptions } from "./ports.ts";

/** A row of table `jobindex`: the fields that lists show and filter. */
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
  readonly notice?: Notice;
  readonly revision: number;
}

export interface IndexQuery {
  /** Any of these statuses. */
  readonly statuses?: readonly string[];
  /** True: only jobs that have not ended. False: only jobs that have. */
  readonly active?: boolean;
  readonly type?: string;
  readonly experiment_name?: string;
  readonly compute?: string;
  readonly created_by?: string;
  readonly owner?: string;
  readonly created_after?: Date;
  readonly created_before?: Date;
  readonly archived?: boolean;
  /** Filter that runs in the service. */
  readonly matches?: (entry: IndexEntry) => boolean;
  /** The filter of `matches` as text: a continuation is valid only for the same text. */
  readonly matching?: string;
  /** Maximum number of entries in the page, 1 to 200. */
  readonly limit: number;
  /** Continuation of the previous page. */
  readonly continuation?: string;
  /** Time limit for the scan. The page has the entries found until then. */
  readonly scanMs?: number;
}

export interface IndexPage {
  readonly entries: readonly IndexEntry[];
  /** Absent on the last page. */
  readonly continuation?: string;
}

/** Table `jobindex`, newest first. */
export interface JobIndex {
  /** Writes the row, unless the stored one has this revision or a newer one. */
  put(entry: IndexEntry, options?: CallOptions): Promise<void>;
  get(name: string, createdAt: string, options?: CallOptions): Promise<IndexEntry | undefined>;
  delete(name: string, createdAt: string, options?: CallOptions): Promise<void>;
  /**
   * @throws ServiceError `invalid_query` for a continuation of other filters, or one that this index did not create.
   */
  query(query: IndexQuery, options?: CallOptions): Promise<IndexPage>;
}
