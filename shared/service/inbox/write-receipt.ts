import { errorStatus } from "../../core/error-status.ts";
import { isServiceError, ServiceError } from "../../core/errors.ts";
import { maskText } from "../../core/job/schema/secrets.ts";
import type { Drop, ReceiptStore, StoredReceipt } from "../../core/ports/inbox-ports.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import type { DumpStore } from "../../core/ports/storage-ports.ts";
import type { InboxFile } from "../../core/records/inbox-message.ts";
import { type Receipt, supersedes } from "../../core/records/receipt.ts";
import type { JobRecord } from "../../core/records/record.ts";
import { maskIssue } from "../../core/text/mask-issue.ts";
import type { Clock } from "../../lib/clock.ts";
import { defined } from "../../lib/defined.ts";

interface ReceiptPorts {
  readonly receipts: ReceiptStore;
  readonly clock: Clock;
  readonly dumps: Pick<DumpStore, "location">;
  readonly publicUrl: string;
}

/** A file, and what is said about it. `drop` is what was found in the inbox, if anybody looked. */
export interface ReceiptDraft extends Pick<Receipt, "outcome" | "warnings" | "error"> {
  readonly file: InboxFile;
  readonly drop?: Drop | undefined;
  readonly record?: JobRecord;
  /** What lay there when the file was looked at, if anybody looked. */
  readonly existing?: StoredReceipt | undefined;
}

const maxTries = 5;

/** Writes a receipt, unless a later one of the same path is there: the one that is there in the end. @throws ServiceError `conflict` when others write all the time. */
export async function writeReceipt(
  ports: ReceiptPorts,
  answer: ReceiptDraft,
  options: CallOptions = {},
): Promise<Receipt> {
  const receipt = receiptOf(ports, answer);
  let there = "existing" in answer ? answer.existing : await ports.receipts.get(receipt.path, options);
  for (let tries = 1; ; tries += 1) {
    if (there?.receipt !== undefined && !supersedes(receipt, there.receipt)) return there.receipt;
    try {
      await ports.receipts.put(receipt, there?.etag, options);
      return receipt;
    } catch (error) {
      if (!isServiceError(error, "conflict") || tries === maxTries) throw error;
      there = await ports.receipts.get(receipt.path, options);
    }
  }
}

function receiptOf(
  { clock, dumps, publicUrl }: ReceiptPorts,
  { file, drop, outcome, record, warnings, error }: ReceiptDraft,
): Receipt {
  const { path, etag, sequencer } = file;
  return {
    schema_version: 1,
    path,
    etag,
    ...defined({ sequencer }),
    ...(drop === undefined ? {} : { dropped_at: drop.modified_at }),
    answered_at: clock.now().toISOString(),
    outcome,
    ...(record === undefined
      ? {}
      : {
          job: {
            name: record.name,
            url: `${publicUrl}/api/jobs/${record.name}`,
            status: record.status,
            job_yml: dumps.location(record.name),
          },
        }),
    ...(warnings === undefined ? {} : { warnings: warnings.map(maskIssue) }),
    ...defined({ error }),
  };
}

/** What a refusal says in a receipt. @throws the error itself when trying again may help, or when it is ours. */
export function refusedOutcome(error: unknown): Pick<ReceiptDraft, "outcome" | "error"> {
  if (!(error instanceof ServiceError) || isTransient(error)) throw error;
  const { code, message, issues } = error;
  return {
    outcome: "refused",
    error: { code, message: maskText(message), ...(issues.length === 0 ? {} : { issues: issues.map(maskIssue) }) },
  };
}

/** True for what is not the file's fault and may be over soon: an outage, or somebody who asks to come again later. */
export function isTransient(error: unknown): boolean {
  return (
    error instanceof ServiceError &&
    (error.retryAfterSeconds !== undefined || error.code === "conflict" || [429, 503].includes(errorStatus[error.code]))
  );
}
