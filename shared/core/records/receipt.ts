/** The answer to a file of the inbox, for those who have nothing but storage. */
import * as z from "zod/mini";
import type { Issue, Warning } from "../issues.ts";
import { isBlobSafePath } from "../text/blob-safe-path.ts";
import { sha256 } from "../text/digest.ts";
import { compareSequencers, type InboxFile } from "./inbox-message.ts";

/**
 * `accepted`: there is a job; `canceled`: its end was asked for; `refused`: what was dropped is wrong; `failed`: this
 * service is.
 */
export type ReceiptOutcome = "accepted" | "canceled" | "refused" | "failed";

export interface Receipt {
  readonly schema_version: 1;
  /** The file in the container `inbox`. */
  readonly path: string;
  /** Which content of it. */
  readonly etag: string;
  /** Of the event that told of it; absent when the sweep found it. */
  readonly sequencer?: string;
  /** When it was dropped, as storage says (RFC 3339, UTC); absent when nobody looked. */
  readonly dropped_at?: string;
  readonly answered_at: string;
  readonly outcome: ReceiptOutcome;
  readonly job?: {
    readonly name: string;
    readonly url: string;
    /** When it was answered; the URL has the status of today. */
    readonly status: string;
    /** Container and path of the stored job. */
    readonly job_yml: string;
  };
  readonly warnings?: readonly Warning[];
  readonly error?: { readonly code: string; readonly message: string; readonly issues?: readonly Issue[] };
}

/** What is looked at in a receipt that is read; the rest is for people. */
const known = z.object({
  schema_version: z.literal(1),
  path: z.string(),
  etag: z.string(),
  sequencer: z.optional(z.string()),
  dropped_at: z.optional(z.string()),
  job: z.optional(z.object({ name: z.string() })),
});

/** The receipt of this path; undefined for a text that is none, or another's: anybody may write beside us. */
export function readReceipt(text: string, path: string): Receipt | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return known.safeParse(value).data?.path === path ? (value as Receipt) : undefined;
}

/**
 * Where a receipt lies in the container `receipts`. A file whose name leads elsewhere, or is too long to add to, has it
 * under a digest; no file of the inbox with a receipt of its own is called like that.
 */
export function receiptPath(path: string): string {
  return isBlobSafePath(path) ? `${path}.receipt.json` : `invalid-names/${sha256(path)}.receipt.json`;
}

/** Whether a file is one that this receipt does not answer: not the same content, nor what was there before. */
export function isUnanswered({ etag, sequencer }: InboxFile, receipt: Receipt): boolean {
  if (etag === receipt.etag) return false;
  return (
    sequencer === undefined || receipt.sequencer === undefined || compareSequencers(sequencer, receipt.sequencer) > 0
  );
}

/** Whether a receipt may take the place of another: never that of a later drop, nor of the same. */
export function supersedes(receipt: Receipt, other: Receipt): boolean {
  if (!isUnanswered(receipt, other)) return false;
  if (receipt.sequencer !== undefined && other.sequencer !== undefined) return true;
  if (receipt.dropped_at === undefined || other.dropped_at === undefined) return other.dropped_at === undefined;
  return Date.parse(receipt.dropped_at) >= Date.parse(other.dropped_at);
}
