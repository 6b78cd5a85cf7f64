/** Responses with logs and outputs, complete or in part, sent at the speed of the client. */
import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import { isServiceError, ServiceError } from "../../core/errors.ts";
import type { ByteRange, JobFile } from "../../core/ports/storage-ports.ts";
import type { ConcurrencyLimit } from "../access/concurrency-limits.ts";
import { type Connection, connectionOf } from "../access/connection.ts";
import { filePaths } from "../request/path-parameter.ts";
import { isUnchanged } from "../request/preconditions.ts";
import { flag, readQuery } from "../request/read-query.ts";
import { readIfRange, readRange } from "../request/read-range.ts";
import { streamBody } from "./stream-body.ts";

/** Maximum number of bytes in one response. Clients read larger files in ranges, or from their signed URL. */
const maxBytes = 32 * 1024 * 1024;

export interface FileSource {
  readonly request: HttpRequest;
  readonly invocationId: string;
  readonly downloads: ConcurrencyLimit;
  /** Opens the file with this path, or a range of it. */
  read(path: string, range?: ByteRange): Promise<JobFile>;
  /** Headers of a response with the file of this path. */
  headers(path: string): Readonly<Record<string, string>>;
}

/** Headers of a log, which is text. */
export const asText = (): Readonly<Record<string, string>> => ({ "content-type": "text/plain; charset=utf-8" });

/** Headers of an output, which may have any type: a download under the last segment of its path. */
export function asDownload(path: string): Readonly<Record<string, string>> {
  const name = encodeURIComponent(path.slice(path.lastIndexOf("/") + 1)).replaceAll(
    /['()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return { "content-type": "application/octet-stream", "content-disposition": `attachment; filename*=UTF-8''${name}` };
}

/**
 * The response to a GET or HEAD of a file: 200 for the whole file, 206 for a range, 304 if the caller already has it,
 * and 307 to a signed URL for a whole file that is larger than one response.
 * @throws ServiceError `file_too_large`, `range_not_satisfiable`, `invalid_query`, `too_many_requests`, and the errors
 * of `read`.
 */
export async function fileResponse(source: FileSource): Promise<HttpResponseInit> {
  const { request, downloads, invocationId } = source;
  const { redirect = true } = readQuery(request, { redirect: flag });
  const connection = connectionOf(invocationId);
  const slot = await downloads.acquire(connection.closed);
  try {
    const response = await responseFor(source, await openFile(source), redirect, connection);
    connection.destroyWhenStalled();
    // A streamed response keeps its slot until its last byte is sent.
    connection.closed.addEventListener("abort", () => slot.release(), { once: true });
    if (!connection.isKnown || connection.closed.aborted || response.body === undefined) slot.release();
    return response;
  } catch (error) {
    slot.release();
    throw error;
  }
}

interface OpenedFile {
  readonly file: JobFile;
  readonly path: string;
  readonly isRange: boolean;
  /**
   * False with Range: the client would send the header to the signed URL too, and storage does not support If-Range.
   */
  readonly mayRedirect: boolean;
}

async function openFile(source: FileSource): Promise<OpenedFile> {
  const { request } = source;
  if (request.method === "HEAD") return { ...(await openFirstByte(source)), isRange: false, mayRedirect: false };
  const range = readRange(request);
  const matchesIfRange = readIfRange(request);
  if (range === undefined || range === "several")
    return { ...(await findFile(source)), isRange: false, mayRedirect: range === undefined };
  if (matchesIfRange !== undefined) {
    const whole = await findFile(source);
    if (!matchesIfRange(whole.file.etag)) return { ...whole, isRange: false, mayRedirect: false };
    await whole.file.close();
  }
  return { ...(await findFile(source, range)), isRange: true, mayRedirect: false };
}

/** Reads as little as possible for a HEAD, which needs the size and the entity tag. */
async function openFirstByte(source: FileSource): Promise<Pick<OpenedFile, "file" | "path">> {
  try {
    return await findFile(source, { start: 0, end: 0 });
  } catch (error) {
    // The range 0-0 of an empty file is not satisfiable.
    if (!isServiceError(error, "range_not_satisfiable")) throw error;
    return findFile(source);
  }
}

/** Opens the file at the first of the possible paths that exists. */
async function findFile({ request, read }: FileSource, range?: ByteRange): Promise<Pick<OpenedFile, "file" | "path">> {
  const [first, second] = filePaths(request);
  try {
    return { path: first, file: await read(first, range) };
  } catch (error) {
    const isMissing = isServiceError(error, "log_not_found") || isServiceError(error, "output_not_found");
    if (second === undefined || !isMissing) throw error;
    return { path: second, file: await read(second, range) };
  }
}

async function responseFor(
  source: FileSource,
  opened: OpenedFile,
  redirect: boolean,
  connection: Connection,
): Promise<HttpResponseInit> {
  const { request } = source;
  const { file, isRange, mayRedirect } = opened;
  if (isUnchanged(request, file.etag)) {
    await file.close();
    return { status: 304, headers: { etag: file.etag, "cache-control": "private, no-cache" } };
  }
  if (request.method === "HEAD") {
    await file.close();
    return { status: 200, headers: headersFor(source, opened, file.size) };
  }
  if (!isRange && file.length > maxBytes) {
    await file.close();
    return redirectTo(file, redirect && mayRedirect);
  }
  const length = Math.min(file.length, maxBytes);
  return {
    status: isRange ? 206 : 200,
    headers: headersFor(source, opened, length),
    body: await streamBody(file.body, length, connection),
  };
}

function headersFor(source: FileSource, { file, path, isRange }: OpenedFile, length: number): Record<string, string> {
  const { start, size, etag } = file;
  return {
    ...source.headers(path),
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; sandbox",
    "accept-ranges": "bytes",
    "cache-control": "private, no-cache",
    etag,
    "content-length": String(length),
    ...(isRange ? { "content-range": `bytes ${start}-${start + length - 1}/${size}` } : {}),
  };
}

/**
 * The redirect to a file that is larger than one response.
 * @throws ServiceError `file_too_large` without a signed URL.
 */
async function redirectTo(file: JobFile, redirect: boolean): Promise<HttpResponseInit> {
  const size = `The file has ${file.size} bytes, and a response has at most ${maxBytes}.`;
  const url = redirect ? await file.url() : undefined;
  if (url === undefined) {
    throw new ServiceError(
      "file_too_large",
      `${size} Read it in parts with the header Range, for example bytes=0-${maxBytes - 1}.`,
      { extra: { size: file.size }, headers: { "accept-ranges": "bytes" } },
    );
  }
  return {
    status: 307,
    headers: {
      location: url,
      "cache-control": "no-store",
      "content-type": "text/plain; charset=utf-8",
      "accept-ranges": "bytes",
    },
    body:
      `${size} The header Location has a signed URL of the whole file (curl -L follows it); ` +
      "with the header Range, this URL returns parts of it.\n",
  };
}
