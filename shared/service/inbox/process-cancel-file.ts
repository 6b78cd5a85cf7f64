import { ServiceError } from "../../core/errors.ts";
import type { Drop } from "../../core/ports/inbox-ports.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import { type InboxFile, inboxFileKind } from "../../core/records/inbox-message.ts";
import type { Receipt } from "../../core/records/receipt.ts";
import type { JobRecord } from "../../core/records/record.ts";
import { cancelJob } from "../jobs/cancel-job.ts";
import type { ProcessFilePorts } from "./process-file-ports.ts";
import { type FileResult, findReceipt, inboxOwner, overwritten, processJobFile } from "./process-job-file.ts";
import { refusedOutcome, writeReceipt } from "./write-receipt.ts";

const suffix = ".cancel";

/**
 * Cancels the job of the file that `{path}.cancel` lies beside, and answers with a receipt of its own. A file that is not
 * answered yet is taken in first, so that the order of the events does not matter; one that was dropped later than the
 * cancel is not meant by it.
 * @throws what may be over soon, or is this service's fault; then there is no receipt.
 */
export async function processCancelFile(
  ports: ProcessFilePorts,
  file: InboxFile,
  options: CallOptions = {},
): Promise<FileResult> {
  const look = await findReceipt(ports, file, options);
  if (!("existing" in look)) return look;
  const drop = await ports.inbox.find(file.path, options);
  if (drop?.etag !== file.etag) return overwritten;
  const answer = { ...look, file, drop };
  try {
    const record = await cancel(ports, drop, options);
    return { receipt: await writeReceipt(ports, { ...answer, outcome: "canceled", record }, options) };
  } catch (error) {
    return { receipt: await writeReceipt(ports, { ...answer, ...refusedOutcome(error) }, options) };
  }
}

async function cancel(ports: ProcessFilePorts, drop: Drop, options: CallOptions): Promise<JobRecord> {
  const path = drop.path.slice(0, -suffix.length);
  const receipt = await receiptOf(ports, path, drop, options);
  if (receipt?.job === undefined) {
    const why = receipt === undefined ? "no such file has been dropped before it" : `that file was ${receipt.outcome}`;
    throw new ServiceError(
      "job_not_found",
      `There is no job of ${JSON.stringify(path)} to cancel: ${why}. A cancel is called like its file, with ${suffix} at the end.`,
    );
  }
  // Receipts lie where others may write, and this door is for its own jobs.
  return cancelJob({ ...ports, scope: { owner: inboxOwner } }, receipt.job.name, {}, options);
}

/** The receipt of the file that was there when the cancel was dropped. */
async function receiptOf(
  ports: ProcessFilePorts,
  path: string,
  cancel: Drop,
  options: CallOptions,
): Promise<Receipt | undefined> {
  const there =
    inboxFileKind(path) === undefined || inboxFileKind(path) === "cancel"
      ? undefined
      : await ports.inbox.find(path, options);
  if (there !== undefined && !isLater(there.modified_at, cancel)) {
    const taken = await processJobFile(ports, there, options);
    if ("receipt" in taken) return taken.receipt;
  }
  const receipt = (await ports.receipts.get(path, options))?.receipt;
  return receipt?.dropped_at !== undefined && isLater(receipt.dropped_at, cancel) ? undefined : receipt;
}

function isLater(time: string, { modified_at }: Drop): boolean {
  return Date.parse(time) > Date.parse(modified_at);
}
