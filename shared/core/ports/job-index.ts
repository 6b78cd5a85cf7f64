import type { Notice } from "../records/notice.ts";
import type { CallOptions } from "./ports.ts";

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
  readonly notice?: Notice;
  readonly revision: number;
}

export interface IndexQuery {
  /** Any of these. */
  readonly statuses?: readonly string[];
  /** Only jobs that have not ended, or only jobs that have. */
  readonly active?: boolean;
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
