import { sha256 } from "../core/digest.ts";
import { ServiceError } from "../core/errors.ts";
import { type InboxFile, inboxFileKind, isFilled } from "../core/inbox-message.ts";
import type { Drop } from "../core/inbox-ports.ts";
import { isPlainPath } from "../core/plain-path.ts";
import type { CallOptions } from "../core/ports.ts";
import { isUnanswered, type Receipt } from "../core/receipt.ts";
import type { JobWithFiles, Submission, Submitted } from "../core/submission.ts";
import { giveReceipt, refusal } from "./give-receipt.ts";
import type { InboxPorts } from "./inbox-ports.ts";
import { submitJob } from "./submit-job.ts";

/** The receipt of a file, or why it gets none. */
export type Taken = { readonly receipt: Receipt } | { readonly ignored: string };

/** Whose the jobs of the inbox are. */
export const inboxOwner = "inbox";

/**
 * Submits a file of the inbox and answers with a receipt, once for each content: told again, it finds its receipt, and
 * before there is one its job, whose name derives from the path and the ETag where the file gives none. What was
 * overwritten or deleted is let go of.
 * @throws what may be over soon, or is this service's fault; then there is no receipt.
 */
export async function takeDrop(ports: InboxPorts, file: InboxFile, options: CallOptions = {}): Promise<Taken> {
  const found = await findUnanswered(ports, file, options);
  if ("ignored" in found || "receipt" in found) return found;
  const { drop } = found;
  if (!isFilled("yaml", drop.size)) return { ignored: "is empty" };
  try {
    const submitted = await submitDrop(ports, drop, options);
    if (submitted === undefined) return overwritten;
    const { record, warnings } = submitted;
    return { receipt: await giveReceipt(ports, { file, drop, outcome: "accepted", record, warnings }, options) };
  } catch (error) {
    return { receipt: await giveReceipt(ports, { file, drop, ...refusal(error) }, options) };
  }
}

const overwritten = { ignored: "was overwritten or deleted" } as const;

/** The file as it lies in the inbox, if it is there with this content and has no answer yet. A name that cannot be looked for is answered. */
export async function findUnanswered(ports: InboxPorts, file: InboxFile, options: CallOptions): Promise<Taken | { readonly drop: Drop }> {
  const { path, etag } = file;
  const there = (await ports.receipts.get(path, options))?.receipt;
  if (there !== undefined && !isUnanswered(file, there)) return { ignored: "was answered before" };
  if (!isPlainPath(path)) {
    const message =
      "The name is not one that this service reads: a plain path of at most 900 characters, without backslashes, control characters or parts that are empty, . or ..";
    return { receipt: await giveReceipt(ports, { file, outcome: "refused", error: { code: "invalid_name", message } }, options) };
  }
  const drop = await ports.inbox.find(path, options);
  return drop?.etag === etag ? { drop } : overwritten;
}

/** Undefined when the file was overwritten or deleted meanwhile. */
async function submitDrop(ports: InboxPorts, { path, etag, size }: Drop, options: CallOptions): Promise<Submitted | undefined> {
  const kind = inboxFileKind(path);
  const limit = kind === "zip" ? ports.maxBundleBytes : ports.maxBodyBytes;
  if (size > limit) throw new ServiceError("body_too_large", `The file has ${size} bytes; at most ${limit} are taken.`);
  const content = await ports.inbox.open(path, etag, options);
  if (content === undefined) return undefined;
  const folder = path.slice(0, Math.max(0, path.lastIndexOf("/")));
  const door: Omit<Submission, keyof JobWithFiles> = {
    door: "inbox",
    owner: inboxOwner,
    createdBy: { name: inboxOwner, type: "Application" },
    idempotencyKey: sha256(`${path}\n${etag}`),
    ...(folder === "" ? {} : { folder }),
  };
  if (kind === "zip") return ports.readBundle(content.body, (job) => submitJob(ports, { ...job, ...door }, options));
  return submitJob(ports, { source: await wholeOf(content.body), format: kind === "json" ? "json" : "yaml", ...door }, options);
}

async function wholeOf(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}
