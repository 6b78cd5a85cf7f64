/** Messages of the queue `inbox-events`: storage events as Event Grid delivers them, and files that the sweep found. */
import * as z from "zod/mini";
import { defined } from "../../lib/defined.ts";
import { quoteETag } from "../text/etag.ts";
import { type InboxFile, type InboxFileKind, inboxFileKind, isFilled } from "./inbox-file.ts";

/** On `inbox-events`, from the sweep: a file without a receipt. */
export interface FoundMessage {
  readonly schema_version: 1;
  readonly kind: "found";
  readonly path: string;
  readonly etag: string;
}

const etag = z.string().check(z.minLength(1));
const eventGridEvent = z.object({ eventType: z.string(), subject: z.string(), data: z.unknown() });
const cloudEvent = z.object({
  specversion: z.literal("1.0"),
  type: z.string(),
  subject: z.optional(z.string()),
  data: z.unknown(),
});
const foundMessage = z.object({ schema_version: z.literal(1), kind: z.literal("found"), path: z.string(), etag });
/** The fields of BlobCreated that the service reads. */
const created = z.object({
  eTag: etag,
  contentLength: z.optional(z.number()),
  sequencer: z.optional(z.string().check(z.maxLength(200))),
});

export type InboxMessage =
  | { readonly file: InboxFile; readonly kind: InboxFileKind }
  | { readonly ignored: string; readonly path: string };

/**
 * The file of a message, or the reason why it is ignored.
 * @throws Error for a message that is not a storage event.
 * @see https://learn.microsoft.com/azure/event-grid/event-schema-blob-storage
 */
export function readInboxMessage(message: unknown): InboxMessage {
  const found = foundMessage.safeParse(message).data;
  if (found !== undefined) return fileOf({ path: found.path, etag: quoteETag(found.etag) });
  const { type, subject, data } = readEvent(message);
  if (type !== "Microsoft.Storage.BlobCreated")
    return { ignored: `is of type ${JSON.stringify(type.slice(0, 100))}`, path: subject };
  const [, container, path] = /^\/blobServices\/default\/containers\/([^/]+)\/blobs\/(.+)$/s.exec(subject) ?? [];
  if (container === undefined || path === undefined)
    throw malformed(`its subject is ${JSON.stringify(subject.slice(0, 100))}`);
  if (container !== "inbox") return { ignored: `is in the container ${JSON.stringify(container.slice(0, 100))}`, path };
  const { data: blob, error } = created.safeParse(data);
  if (blob === undefined) throw malformed(`its data is wrong: ${issuesText(error)}`);
  const { contentLength: size, sequencer } = blob;
  return fileOf({
    path,
    etag: quoteETag(blob.eTag),
    ...defined({ size, sequencer }),
  });
}

function fileOf(file: InboxFile): InboxMessage {
  const { path, size } = file;
  const kind = inboxFileKind(path);
  if (kind === undefined) return { ignored: "is no .yml, .yaml, .json, .zip or .cancel file", path };
  return size === undefined || isFilled(kind, size) ? { file, kind } : { ignored: "is empty", path };
}

function readEvent(message: unknown): { readonly type: string; readonly subject: string; readonly data: unknown } {
  const { data: grid, error } = eventGridEvent.safeParse(message);
  if (grid !== undefined) return { type: grid.eventType, subject: grid.subject, data: grid.data };
  const cloud = cloudEvent.safeParse(message).data;
  if (cloud === undefined) throw malformed(issuesText(error));
  return { type: cloud.type, subject: cloud.subject ?? "", data: cloud.data };
}

function malformed(reason: string): Error {
  return new Error(`Not a storage event in the Event Grid or CloudEvents form: ${reason}.`);
}

function issuesText(error: z.core.$ZodError): string {
  return error.issues.map(({ path, message }) => `${path.join(".") || "the root"}: ${message}`).join("; ");
}
