import { ServiceError } from "../../core/errors.ts";
import type { Drop, OpenDrop, StoredReceipt } from "../../core/ports/inbox-ports.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import { type InboxFile, inboxFileKind, isFilled } from "../../core/records/inbox-file.ts";
import { isNewerThanReceipt, type Receipt } from "../../core/records/receipt.ts";
import type { JobWithFiles, Submission, Submitted } from "../../core/records/submission.ts";
import { isBlobSafePath } from "../../core/text/blob-safe-path.ts";
import { sha256 } from "../../core/text/digest.ts";
import { submitJob } from "../jobs/submit-job.ts";
import type { ProcessFilePorts } from "./process-file-ports.ts";
import { refusedOutcome, writeReceipt } from "./write-receipt.ts";

/** The receipt of a file, or the reason why the file was ignored, as a predicate such as "is empty". */
export type FileResult = { readonly receipt: Receipt } | { readonly ignored: string };

/** The owner of all jobs of the inbox. */
export const inboxOwner = "inbox";

/** The result for a file that was deleted or whose content differs from that of the event. */
export const overwritten = { ignored: "was overwritten or deleted" } as const;

/**
 * Submits a job file or zip of the inbox and writes its receipt. Idempotent: a repeated call finds the receipt or, if a
 * crash prevented it, the job, whose name is derived from path and ETag unless the file has a name.
 * @throws transient errors and errors of the service; then there is no receipt.
 */
export async function processJobFile(
  ports: ProcessFilePorts,
  file: InboxFile,
  options: CallOptions = {},
): Promise<FileResult> {
  const found = await findReceipt(ports, file, options);
  if (!("existing" in found)) return found;
  // A file that is too large according to its event is not downloaded.
  const isTooLarge = (file.size ?? 0) > maxBytesOf(ports, file.path);
  const drop = isTooLarge
    ? await ports.inbox.find(file.path, options)
    : await ports.inbox.open(file.path, file.etag, options);
  if (drop?.etag !== file.etag) return overwritten;
  if (!isFilled("yaml", drop.size)) return { ignored: "is empty" };
  const draft = { ...found, file, drop };
  try {
    const { record, warnings } = await submitDrop(withDispatchDelay(ports, drop), drop, options);
    return { receipt: await writeReceipt(ports, { ...draft, outcome: "accepted", record, warnings }, options) };
  } catch (error) {
    return { receipt: await writeReceipt(ports, { ...draft, ...refusedOutcome(error) }, options) };
  }
}

const invalidName =
  "The file name is not supported: use at most 900 characters, without backslashes, control characters, " +
  'and folder names that are empty, "." or "..". Rename the file and drop it again.';

/**
 * The stored receipt that a receipt of this file would replace. A file that already has its receipt is ignored, and one
 * with an unsupported name is rejected immediately.
 */
export async function findReceipt(
  ports: ProcessFilePorts,
  file: InboxFile,
  options: CallOptions,
): Promise<FileResult | { readonly existing: StoredReceipt | undefined }> {
  const existing = await ports.receipts.get(file.path, options);
  if (existing?.receipt !== undefined && !isNewerThanReceipt(file, existing.receipt))
    return { ignored: "already has a receipt" };
  if (isBlobSafePath(file.path)) return { existing };
  const error = { code: "invalid_name", message: invalidName };
  return { receipt: await writeReceipt(ports, { file, existing, outcome: "refused", error }, options) };
}

/** A file with a longer wait is one of many files that were dropped at the same time. */
const longWaitMs = 5000;
/** Shorter than the time after which the poll enqueues a lost dispatch again. */
const maxDelaySeconds = 45;

/**
 * Delays the dispatch of jobs while many files wait, so that all files get their receipts before the first jobs use up
 * the capacity.
 */
function withDispatchDelay(ports: ProcessFilePorts, { modified_at }: Drop): ProcessFilePorts {
  const waitedMs = ports.clock.now().getTime() - Date.parse(modified_at);
  if (waitedMs < longWaitMs) return ports;
  const delaySeconds = Math.min(maxDelaySeconds, Math.ceil((4 * waitedMs) / 1000));
  const { queues } = ports;
  return {
    ...ports,
    queues: {
      ...queues,
      sendDispatch: (message, options) => queues.sendDispatch(message, { ...options, delaySeconds }),
    },
  };
}

function maxBytesOf({ maxBodyBytes, maxBundleBytes }: ProcessFilePorts, path: string): number {
  return inboxFileKind(path) === "zip" ? maxBundleBytes : maxBodyBytes;
}

/** @throws ServiceError `body_too_large` and the errors of `submitJob`. */
async function submitDrop(ports: ProcessFilePorts, drop: Drop | OpenDrop, options: CallOptions): Promise<Submitted> {
  const { path, etag, size } = drop;
  const maxBytes = maxBytesOf(ports, path);
  if (size > maxBytes || !("body" in drop))
    throw new ServiceError("body_too_large", `The file has ${size} bytes; at most ${maxBytes} are allowed.`);
  const folder = path.slice(0, Math.max(0, path.lastIndexOf("/")));
  const origin: Omit<Submission, keyof JobWithFiles> = {
    door: "inbox",
    owner: inboxOwner,
    createdBy: { name: inboxOwner, type: "Application" },
    idempotencyKey: sha256(`${path}\n${etag}`),
    ...(folder === "" ? {} : { folder }),
  };
  const kind = inboxFileKind(path);
  if (kind === "zip") return ports.readBundle(drop.body, (job) => submitJob(ports, { ...job, ...origin }, options));
  const source = await readAll(drop.body);
  return submitJob(ports, { source, format: kind === "json" ? "json" : "yaml", ...origin }, options);
}

async function readAll(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  return Buffer.concat(await Array.fromAsync(body));
}
