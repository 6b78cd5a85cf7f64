import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import { ServiceError } from "../core/errors.ts";
import type { FileContent } from "../core/storage-ports.ts";
import { isUnchanged } from "./preconditions.ts";

/** The host holds a whole answer in memory, so a larger file is read in parts. */
const maxBytes = 32 * 1024 * 1024;

export interface FileAnswer {
  /** Whether the caller asked for a range: 206 instead of 200. */
  readonly isRange: boolean;
  readonly headers: Readonly<Record<string, string>>;
}

/** Logs are text. */
export const asText: Readonly<Record<string, string>> = { "content-type": "text/plain; charset=utf-8" };

/** Outputs may be anything: bytes to be saved under the last part of their path. */
export function asDownload(path: string): Readonly<Record<string, string>> {
  const name = encodeURIComponent(path.slice(path.lastIndexOf("/") + 1)).replaceAll(
    /['()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return { "content-type": "application/octet-stream", "content-disposition": `attachment; filename*=UTF-8''${name}` };
}

/** A file's bytes, which no browser runs: 200 for the whole, 206 for a range, 304 when the caller has them. @throws ServiceError `file_too_large`. */
export async function fileAnswer(request: HttpRequest, content: FileContent, { isRange, headers }: FileAnswer): Promise<HttpResponseInit> {
  const { size, start, length, etag } = content;
  if (isUnchanged(request, etag)) {
    // To begin with a body and leave it lets go of its connection.
    for await (const _ of content.body) break;
    return { status: 304, headers: { etag, "cache-control": "private, no-cache" } };
  }
  if (length > maxBytes) {
    throw new ServiceError("file_too_large", `That is ${length} bytes; at most ${maxBytes} are sent at once. Ask for parts with a Range header.`);
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of content.body) chunks.push(chunk);
  return {
    status: isRange ? 206 : 200,
    headers: {
      ...headers,
      "x-content-type-options": "nosniff",
      "content-security-policy": "default-src 'none'; sandbox",
      "accept-ranges": "bytes",
      "cache-control": "private, no-cache",
      etag,
      ...(isRange ? { "content-range": `bytes ${start}-${start + length - 1}/${size}` } : {}),
    },
    body: Buffer.concat(chunks),
  };
}
