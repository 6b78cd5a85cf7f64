/** The result of a file in the inbox, for submitters with access to storage only. */
import * as z from "zod/mini";
import type { Issue, Warning } from "../issues.ts";
import { isBlobSafePath } from "../text/blob-safe-path.ts";
import { sha256 } from "../text/digest.ts";
import { compareSequencers, type InboxFile } from "./inbox-file.ts";

/**
 * `accepted`: a job exists; `canceled`: its cancel was requested; `refused`: the file is invalid; `failed`: the service
 * failed.
 */
export type ReceiptOutcome = "accepted" | "canceled" | "refused" | "failed";

export interface Receipt {
  readonly schema_version: 1;
  /** The file in the container `inbox`. */
  readonly path: string;
  /** The content of the file. */
  readonly etag: string;
  /** Sequencer of the storage event; absent if the sweep found the file. */
  readonly sequencer?: string;
  /** Time of the last write, by the clock of storage (RFC 3339, UTC); absent if it was not read. */
  readonly dropped_at?: string;
  readonly answered_at: string;
  readonly outcome: ReceiptOutcome;
  readonly job?: {
    readonly name: string;
    readonly url: string;
    /** Status at the time of the receipt; the URL returns the current one. */
    readonly status: string;
    /** Container and path of the stored job. */
    readonly job_yml: string;
  };
  readonly warnings?: readonly Warning[];
  readonly error?: { readonly code: string; readonly message: string; readonly issues?: readonly Issue[] };
}

/** The fields of a stored receipt that the service reads. */
const receiptFields = z.object({
  schema_version: z.literal(1),
  path: z.string(),
  etag: z.string(),
  sequencer: z.optional(z.string()),
  dropped_at: z.optional(z.string()),
  job: z.optional(z.object({ name: z.string() })),
});

/** The receipt of this path; undefined for any other text, as other writers may write to the container. */
export function readReceipt(text: string, path: string): Receipt | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return receiptFields.safeParse(value).data?.path === path ? (value as Receipt) : undefined;
}

/**
 * The path of a receipt in the container `receipts`. A file whose name is not a safe blob name, or too long for the
 * suffix, has its receipt under a digest, in a folder reserved for such names.
 */
export function receiptPath(path: string): string {
  return isBlobSafePath(path) ? `${path}.receipt.json` : `invalid-names/${sha256(path)}.receipt.json`;
}

/** True if the file is newer than the receipt: its ETag differs, and its sequencer is later if both have one. */
export function isNewerThanReceipt({ etag, sequencer }: InboxFile, receipt: Receipt): boolean {
  if (etag === receipt.etag) return false;
  return (
    sequencer === undefined || receipt.sequencer === undefined || compareSequencers(sequencer, receipt.sequencer) > 0
  );
}

/** True if a receipt may replace another one, which must belong to an earlier file. */
export function supersedes(receipt: Receipt, other: Receipt): boolean {
  if (!isNewerThanReceipt(receipt, other)) return false;
  if (receipt.sequencer !== undefined && other.sequencer !== undefined) return true;
  if (receipt.dropped_at === undefined || other.dropped_at === undefined) return other.dropped_at === undefined;
  return Date.parse(receipt.dropped_at) >= Date.parse(other.dropped_at);
}
