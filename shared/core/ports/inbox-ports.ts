/** What the operations of the inbox need from outside; the rules are those of ports.ts. */
import type { FoundMessage } from "../records/inbox-message.ts";
import type { Receipt } from "../records/receipt.ts";
import type { JobWithFiles } from "../records/submission.ts";
import type { CallOptions } from "./ports.ts";
import type { FileContent } from "./storage-ports.ts";

/** A file that lies in the inbox. */
export interface Drop {
  readonly path: string;
  readonly etag: string;
  readonly size: number;
  /** When it was written, by the clock of storage in whole seconds (RFC 3339, UTC). */
  readonly modified_at: string;
}

export interface DropPage {
  readonly drops: readonly Drop[];
  /** Where the next page begins; absent on the last. */
  readonly continuation?: string;
}

/** A file of the inbox as it is read: what of its body nobody reads is not downloaded. */
export interface OpenDrop extends Drop {
  readonly body: FileContent["body"];
}

/** Container `inbox`: read only, what is dropped is its owner's. Paths are plain ones. */
export interface InboxStore {
  find(path: string, options?: CallOptions): Promise<Drop | undefined>;
  /** The file with this content; undefined when it is gone or was overwritten. */
  open(path: string, etag: string, options?: CallOptions): Promise<OpenDrop | undefined>;
  /** A part of all files, in the order of storage. @throws for a continuation that is none. */
  page(continuation?: string, options?: CallOptions): Promise<DropPage>;
}

export interface StoredReceipt {
  /** Undefined when what lies there is no receipt of this file. */
  readonly receipt: Receipt | undefined;
  readonly etag: string;
}

/** Container `receipts`. */
export interface ReceiptStore {
  /** By the path of the file in the inbox, which may be any text. */
  get(path: string, options?: CallOptions): Promise<StoredReceipt | undefined>;
  /** @param etag of what it replaces; undefined: there must be nothing. @throws ServiceError `conflict`. */
  put(receipt: Receipt, etag: string | undefined, options?: CallOptions): Promise<void>;
}

/** How far the sweep has come. Times are RFC 3339, UTC. */
export interface SweepMark {
  /** What was dropped before is answered, or was announced again. */
  readonly since?: string;
  /** Of a pass that is under way: when it began, where it goes on, and the oldest drop that it found without an answer. */
  readonly pass?: { readonly began_at: string; readonly continuation: string; readonly oldest?: string };
}

/** Where the sweep keeps its mark between two runs. */
export interface SweepMarks {
  get(options?: CallOptions): Promise<SweepMark | undefined>;
  put(mark: SweepMark, options?: CallOptions): Promise<void>;
}

export interface InboxQueue {
  /** About how many messages wait or are being handled. */
  length(options?: CallOptions): Promise<number>;
  enqueue(message: FoundMessage, options?: CallOptions): Promise<void>;
  /** Puts a message that cannot be read where people look for such: into the poison queue, for a week. */
  sendToPoison(message: unknown, options?: CallOptions): Promise<void>;
}

/** Hands on the job at the top of a zip and its files, which are there until that is done. @throws ServiceError `invalid_bundle`, `body_too_large`. */
export type ReadBundle = <T>(zip: AsyncIterable<Uint8Array>, use: (job: JobWithFiles) => Promise<T>) => Promise<T>;
