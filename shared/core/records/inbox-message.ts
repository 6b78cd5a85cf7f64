/** Messages of the queue `inbox-events`: storage events as Event Grid delivers them, and files that the sweep found. */
import * as z from "zod/mini";
import { defined } from "../../lib/defined.ts";
import { quoteETag } from "../text/etag.ts";

/** A file in the inbox, as a message describes it. */
export interface InboxFile {
  /** Path in the container: any text. */
  readonly path: string;
  readonly etag: string;
  /** Bytes. */
  readonly size?: number;
  /** Orders the events of one path. @see compareSequencers */
  readonly sequencer?: string;
}

/** The kind of a file in the inbox, by its name. */
export type InboxFileKind = "yaml" | "json" | "zip" | "cancel";

/** On `inbox-events`, from the sweep: a file without a receipt. */
export interface FoundMessage {
  readonly schema_version: 1;
  readonly kind: "found";
  readonly path: string;
  readonly etag: string;
}

const kinds: Readonly<Record<string, InboxFileKind>> = {
  yml: "yaml",
  yaml: "yaml",
  json: "json",
  zip: "zip",
  cancel: "cancel",
};

/**
 * Undefined for a file that is not a job, bundle or cancel. A receipt is none of these, also if it is copied into the
 * inbox.
 */
export function inboxFileKind(path: string): InboxFileKind | undefined {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  const extension = name.slice(name.lastIndexOf(".") + 1);
  if (name.endsWith(".receipt.json") || !name.includes(".") || !Object.hasOwn(kinds, extension)) return undefined;
  return kinds[extension];
}

/** True for a file with content, and for any cancel file. Some clients create an empty file before they write it. */
export function isFilled(kind: InboxFileKind, size: number): boolean {
  return size > 0 || kind === "cancel";
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

/** Above 0 if `a` is later. The hexadecimal numbers may have different lengths. */
export function compareSequencers(a: string, b: string): number {
  const digits = Math.max(a.length, b.length);
  const [one, other] = [a, b].map((text) => text.toLowerCase().padStart(digits, "0"));
  return one === other ? 0 : (one as string) < (other as string) ? -1 : 1;
}
