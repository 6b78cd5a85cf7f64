import type { HttpResponseInit } from "@azure/functions";
import { ServiceError } from "../core/errors.ts";
import type { FileContent } from "../core/ports.ts";

/** The host holds a whole answer in memory, so a larger file is read in parts. */
const maxBytes = 32 * 1024 * 1024;

/** A file's bytes as text that no browser runs: 200 for the whole, 206 for a range. @throws ServiceError `file_too_large`. */
export async function fileAnswer(content: FileContent, isRange: boolean): Promise<HttpResponseInit> {
  const { size, start, length, etag } = content;
  if (length > maxBytes) {
    throw new ServiceError(
      "file_too_large",
      `That is ${length} bytes; at most ${maxBytes} are sent at once. Ask for parts with a Range header, or use the URL from log_files.`,
    );
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of content.body) chunks.push(chunk);
  return {
    status: isRange ? 206 : 200,
    headers: {
      "content-type": "text/plain; charset=utf-8",
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
