import { ServiceError } from "../../core/errors.ts";
import type { Drop } from "../../core/ports/inbox-ports.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import { type InboxFile, inboxFileKind } from "../../core/records/inbox-file.ts";
import type { Receipt } from "../../core/records/receipt.ts";
import type { JobRecord } from "../../core/records/record.ts";
import { cancelJob } from "../jobs/cancel-job.ts";
import type { ProcessFilePorts } from "./process-file-ports.ts";
import { type FileResult, findReceipt, inboxOwner, overwritten, processJobFile } from "./process-job-file.ts";
import { refusedOutcome, writeReceipt } from "./write-receipt.ts";

const suffix = ".cancel";

/**
 * Cancels the job of the file `{path}` for the file `{path}.cancel`, and writes a receipt for the latter. A job file
 * that has no receipt yet is processed first, because events can arrive in any order. A job file that was dropped after
 * the cancel is not affected.
 * @throws transient errors and errors of the service; then there is no receipt.
 */
export async function processCancelFile(
  ports: ProcessFilePorts,
  file: InboxFile,
  options: CallOptions = {},
): Promise<FileResult> {
  const found = await findReceipt(ports, file, options);
  if (!("existing" in found)) return found;
  const drop = await ports.inbox.find(file.path, options);
  if (drop?.etag !== file.etag) return overwritten;
  const draft = { ...found, file, drop };
  try {
    const record = await cancel(ports, drop, options);
    return { receipt: await writeReceipt(ports, { ...draft, outcome: "canceled", record }, options) };
  } catch (error) {
    return { receipt: await writeReceipt(ports, { ...draft, ...refusedOutcome(error) }, options) };
  }
}

async function cancel(ports: ProcessFilePorts, drop: Drop, options: CallOptions): Promise<JobRecord> {
  const path = drop.path.slice(0, -suffix.length);
  const receipt = await jobFileReceipt(ports, path, drop, options);
  if (receipt?.job === undefined) {
    const reason =
      receipt === undefined ? "no such file was dropped before" : `the outcome of that file is ${receipt.outcome}`;
    throw new ServiceError(
      "job_not_found",
      `${JSON.stringify(path)} has no job to cancel: ${reason}. ` +
        `Name the cancel after its job file, with ${suffix} at the end.`,
    );
  }
  // Other principals may be able to write receipts, so a cancel is limited to jobs of the inbox.
  return cancelJob({ ...ports, scope: { owner: inboxOwner } }, receipt.job.name, {}, options);
}

/** The receipt of the job file that existed when the cancel was dropped. */
async function jobFileReceipt(
  ports: ProcessFilePorts,
  path: string,
  cancelDrop: Drop,
  options: CallOptions,
): Promise<Receipt | undefined> {
  const kind = inboxFileKind(path);
  const jobFile = kind === undefined || kind === "cancel" ? undefined : await ports.inbox.find(path, options);
  if (jobFile !== undefined && !isLater(jobFile.modified_at, cancelDrop)) {
    const result = await processJobFile(ports, jobFile, options);
    if ("receipt" in result) return result.receipt;
  }
  const receipt = (await ports.receipts.get(path, options))?.receipt;
  return receipt?.dropped_at !== undefined && isLater(receipt.dropped_at, cancelDrop) ? undefined : receipt;
}

function isLater(time: string, { modified_at }: Drop): boolean {
  return Date.parse(time) > Date.parse(modified_at);
}
