import { errorStatus } from "../../core/error-status.ts";
import { isServiceError, ServiceError } from "../../core/errors.ts";
import type { Drop, ReceiptStore, StoredReceipt } from "../../core/ports/inbox-ports.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import type { DumpStore } from "../../core/ports/storage-ports.ts";
import type { InboxFile } from "../../core/records/inbox-file.ts";
import { type Receipt, supersedes } from "../../core/records/receipt.ts";
import type { JobRecord } from "../../core/records/record.ts";
import { maskIssue } from "../../core/text/mask-issue.ts";
import { maskText } from "../../core/text/mask-secrets.ts";
import type { Clock } from "../../lib/clock.ts";
import { defined } from "../../lib/defined.ts";

interface ReceiptPorts {
  readonly receipts: ReceiptStore;
  readonly clock: Clock;
  readonly dumps: Pick<DumpStore, "location">;
  readonly publicUrl: string;
}

/** The content of a receipt. */
export interface ReceiptDraft extends Pick<Receipt, "outcome" | "warnings" | "error"> {
  readonly file: InboxFile;
  /** The file as found in the inbox; undefined if the inbox was not read. */
  readonly drop?: Drop | undefined;
  readonly record?: JobRecord;
  /** The stored receipt that this one replaces; undefined if there is none, absent if it was not read yet. */
  readonly existing?: StoredReceipt | undefined;
}

const maxTries = 5;

/**
 * Writes a receipt unless a later one of the same path is stored. Returns the receipt that is stored afterwards.
 * @throws ServiceError `conflict` after five conflicting writes.
 */
export async function writeReceipt(
  ports: ReceiptPorts,
  draft: ReceiptDraft,
  options: CallOptions = {},
): Promise<Receipt> {
  const receipt = toReceipt(ports, draft);
  let stored = "existing" in draft ? draft.existing : await ports.receipts.get(receipt.path, options);
  for (let tries = 1; ; tries += 1) {
    if (stored?.receipt !== undefined && !supersedes(receipt, stored.receipt)) return stored.receipt;
    try {
      await ports.receipts.put(receipt, stored?.etag, options);
      return receipt;
    } catch (error) {
      if (!isServiceError(error, "conflict") || tries === maxTries) throw error;
      stored = await ports.receipts.get(receipt.path, options);
    }
  }
}

function toReceipt(
  { clock, dumps, publicUrl }: ReceiptPorts,
  { file, drop, outcome, record, warnings, error }: ReceiptDraft,
): Receipt {
  const { path, etag, sequencer } = file;
  const job = record && {
    name: record.name,
    url: `${publicUrl}/api/jobs/${record.name}`,
    status: record.status,
    job_yml: dumps.location(record.name),
  };
  return {
    schema_version: 1,
    path,
    etag,
    ...defined({ sequencer, dropped_at: drop?.modified_at }),
    answered_at: clock.now().toISOString(),
    outcome,
    ...defined({ job, warnings: warnings?.map(maskIssue), error }),
  };
}

/** The outcome of a rejected file. @throws the error itself if it is transient or an error of the service. */
export function refusedOutcome(error: unknown): Pick<ReceiptDraft, "outcome" | "error"> {
  if (!(error instanceof ServiceError) || isTransient(error)) throw error;
  const { code, message, issues } = error;
  return {
    outcome: "refused",
    error: { code, message: maskText(message), ...(issues.length === 0 ? {} : { issues: issues.map(maskIssue) }) },
  };
}

/** True for an error that a retry may resolve, such as an outage, a limit or a conflict. */
export function isTransient(error: unknown): boolean {
  return (
    error instanceof ServiceError &&
    (error.retryAfterSeconds !== undefined || error.code === "conflict" || [429, 503].includes(errorStatus[error.code]))
  );
}
