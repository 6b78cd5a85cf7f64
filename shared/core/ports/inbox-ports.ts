/** Ports of the inbox. The rules of ports.ts apply. */
import type { FoundMessage } from "../records/inbox-message.ts";
import type { Receipt } from "../records/receipt.ts";
import type { JobWithFiles } from "../records/submission.ts";
import type { CallOptions } from "./ports.ts";
import type { FileContent } from "./storage-ports.ts";

/** A file in the inbox. */
export interface Drop {
  readonly path: string;
  readonly etag: string;
  readonly size: number;
  /** The time of the last write, by the clock of storage, in whole seconds (RFC 3339, UTC). */
  readonly modified_at: string;
}

export interface DropPage {
  readonly drops: readonly Drop[];
  /** Continuation of the next page; absent on the last page. */
  readonly continuation?: string;
}

/** An open file of the inbox. Its body is downloaded as it is read. */
export interface OpenDrop extends Drop {
  readonly body: FileContent["body"];
}

/** Container `inbox`, which the service only reads. Paths are safe as blob names. */
export interface InboxStore {
  find(path: string, options?: CallOptions): Promise<Drop | undefined>;
  /** The file with this ETag; undefined if it was deleted or overwritten. */
  open(path: string, etag: string, options?: CallOptions): Promise<OpenDrop | undefined>;
  /** A page of all files, in the order of storage. @throws Error for an invalid continuation. */
  page(continuation?: string, options?: CallOptions): Promise<DropPage>;
}

export interface StoredReceipt {
  /** Undefined if the stored file is not a receipt of this path. */
  readonly receipt: Receipt | undefined;
  readonly etag: string;
}

/** Container `receipts`. */
export interface ReceiptStore {
  /** Finds a receipt by the path of its file in the inbox, which may be any text. */
  get(path: string, options?: CallOptions): Promise<StoredReceipt | undefined>;
  /**
   * @param etag ETag of the receipt that this one replaces; undefined if there must be none.
   * @throws ServiceError `conflict`.
   */
  put(receipt: Receipt, etag: string | undefined, options?: CallOptions): Promise<void>;
}

/** Progress of the sweep. Times are RFC 3339, UTC. */
export interface SweepMark {
  /** All files dropped before this time have a receipt or were enqueued again. */
  readonly since?: string;
  /** An unfinished pass: its start, its next page, and the oldest file without a receipt that it found. */
  readonly pass?: { readonly began_at: string; readonly continuation: string; readonly oldest?: string };
}

/** Stores the progress of the sweep between two runs. */
export interface SweepMarks {
  get(options?: CallOptions): Promise<SweepMark | undefined>;
  put(mark: SweepMark, options?: CallOptions): Promise<void>;
}

export interface InboxQueue {
  /** Approximate number of messages that wait or are being processed. */
  length(options?: CallOptions): Promise<number>;
  enqueue(message: FoundMessage, options?: CallOptions): Promise<void>;
  /** Moves a message that cannot be parsed to the poison queue, where it stays for a week. */
  sendToPoison(message: unknown, options?: CallOptions): Promise<void>;
}

/**
 * Reads the job at the root of a zip and its files, and passes them to `use`. The files are deleted when `use` has
 * ended.
 * @throws ServiceError `invalid_bundle`, `body_too_large`.
 */
export type ReadBundle = <T>(zip: AsyncIterable<Uint8Array>, use: (job: JobWithFiles) => Promise<T>) => Promise<T>;
