import { ServiceError } from "../../core/errors.ts";
import type { Drop, OpenDrop, StoredReceipt } from "../../core/ports/inbox-ports.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import { type InboxFile, inboxFileKind, isFilled } from "../../core/records/inbox-message.ts";
import { isUnanswered, type Receipt } from "../../core/records/receipt.ts";
import type { JobWithFiles, Submission, Submitted } from "../../core/records/submission.ts";
import { isBlobSafePath } from "../../core/text/blob-safe-path.ts";
import { sha256 } from "../../core/text/digest.ts";
import { submitJob } from "../jobs/submit-job.ts";
import type { ProcessFilePorts } from "./process-file-ports.ts";
import { refusedOutcome, writeReceipt } from "./write-receipt.ts";

/** The receipt of a file, or why it gets none. */
export type FileResult = { readonly receipt: Receipt } | { readonly ignored: string };

/** Whose the jobs of the inbox are. */
export const inboxOwner = "inbox";

/**
 * Submits a file of the inbox and answers with a receipt, once for each content: told again, it finds its receipt, and
 * before there is one its job, whose name derives from the path and the ETag where the file gives none. What was
 * overwritten or deleted is let go of.
 * @throws what may be over soon, or is this service's fault; then there is no receipt.
 */
export async function processJobFile(
  ports: ProcessFilePorts,
  file: InboxFile,
  options: CallOptions = {},
): Promise<FileResult> {
  const look = await findReceipt(ports, file, options);
  if (!("existing" in look)) return look;
  // A file that is said to be too large is not even opened.
  const { find, open } = ports.inbox;
  const drop =
    (file.size ?? 0) > limitOf(ports, file)
      ? await find(file.path, options)
      : await open(file.path, file.etag, options);
  if (drop?.etag !== file.etag) return overwritten;
  if (!isFilled("yaml", drop.size)) return { ignored: "is empty" };
  const answer = { ...look, file, drop };
  try {
    const { record, warnings } = await submitDrop(unhurried(ports, drop), drop, options);
    return { receipt: await writeReceipt(ports, { ...answer, outcome: "accepted", record, warnings }, options) };
  } catch (error) {
    return { receipt: await writeReceipt(ports, { ...answer, ...refusedOutcome(error) }, options) };
  }
}

/** What is said of a file that is gone, or has another content. */
export const overwritten = { ignored: "was overwritten or deleted" } as const;

/** What lies where the receipt belongs, if this file has none yet. A name that cannot be looked for is answered at once. */
export async function findReceipt(
  ports: ProcessFilePorts,
  file: InboxFile,
  options: CallOptions,
): Promise<FileResult | { readonly existing: StoredReceipt | undefined }> {
  const existing = await ports.receipts.get(file.path, options);
  if (existing?.receipt !== undefined && !isUnanswered(file, existing.receipt))
    return { ignored: "was answered before" };
  if (isBlobSafePath(file.path)) return { existing };
  const message =
    "The name is not one that this service reads: a plain path of at most 900 characters, without backslashes, control characters or parts that are empty, . or ..";
  return {
    receipt: await writeReceipt(
      ports,
      { file, existing, outcome: "refused", error: { code: "invalid_name", message } },
      options,
    ),
  };
}

/** From here on a file has waited long enough to say that many came at once. */
const longWaitMs = 5000;
/** Before a dispatch counts as lost. */
const longestDelaySeconds = 45;

/**
 * Answers go before runs: where many files came at once, their jobs are dispatched later, or the first of them would take the
 * time that the others wait for.
 */
function unhurried(ports: ProcessFilePorts, { modified_at }: Drop): ProcessFilePorts {
  const waitedMs = ports.clock.now().getTime() - Date.parse(modified_at);
  if (waitedMs < longWaitMs) return ports;
  const delaySeconds = Math.min(longestDelaySeconds, Math.ceil((4 * waitedMs) / 1000));
  const { queues } = ports;
  return {
    ...ports,
    queues: {
      ...queues,
      sendDispatch: (message, options) => queues.sendDispatch(message, { ...options, delaySeconds }),
    },
  };
}

function limitOf({ maxBodyBytes, maxBundleBytes }: ProcessFilePorts, { path }: Pick<InboxFile, "path">): number {
  return inboxFileKind(path) === "zip" ? maxBundleBytes : maxBodyBytes;
}

async function submitDrop(ports: ProcessFilePorts, drop: Drop | OpenDrop, options: CallOptions): Promise<Submitted> {
  const { path, etag, size } = drop;
  const limit = limitOf(ports, drop);
  if (size > limit || !("body" in drop))
    throw new ServiceError("body_too_large", `The file has ${size} bytes; at most ${limit} are taken.`);
  const folder = path.slice(0, Math.max(0, path.lastIndexOf("/")));
  const door: Omit<Submission, keyof JobWithFiles> = {
    door: "inbox",
    owner: inboxOwner,
    createdBy: { name: inboxOwner, type: "Application" },
    idempotencyKey: sha256(`${path}\n${etag}`),
    ...(folder === "" ? {} : { folder }),
  };
  const kind = inboxFileKind(path);
  if (kind === "zip") return ports.readBundle(drop.body, (job) => submitJob(ports, { ...job, ...door }, options));
  return submitJob(
    ports,
    { source: await wholeOf(drop.body), format: kind === "json" ? "json" : "yaml", ...door },
    options,
  );
}

async function wholeOf(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}
