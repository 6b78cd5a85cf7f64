/** Logs and outputs as HTTP answers, whole or in part, sent as fast as the client reads. */
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

/** Bytes of one answer: a larger file is read in ranges, or at its signed URL. */
const maxBytes = 32 * 1024 * 1024;

export interface FileSource {
  readonly request: HttpRequest;
  readonly invocationId: string;
  readonly downloads: ConcurrencyLimit;
  /** Opens the file of this path, or a range of it. */
  read(path: string, range?: ByteRange): Promise<JobFile>;
  /** Headers of an answer with the file of this path. */
  headers(path: string): Readonly<Record<string, string>>;
}

/** Logs are text. */
export const asText = (): Readonly<Record<string, string>> => ({ "content-type": "text/plain; charset=utf-8" });

/** Outputs may be anything: bytes to be saved under the last part of their path. */
export function asDownload(path: string): Readonly<Record<string, string>> {
  const name = encodeURIComponent(path.slice(path.lastIndexOf("/") + 1)).replaceAll(
    /['()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return { "content-type": "application/octet-stream", "content-disposition": `attachment; filename*=UTF-8''${name}` };
}

/**
 * Answers a GET or HEAD of a file: 200 for the whole of it, 206 for a range, 304 when the caller has it already, and 307 for a whole file
 * that is larger than one answer, where a URL of it can be signed.
 * @throws ServiceError `file_too_large`, `range_not_satisfiable`, `invalid_query`, `too_many_requests`, and as `read`.
 */
export async function fileResponse(source: FileSource): Promise<HttpResponseInit> {
  const { request, downloads, invocationId } = source;
  const { redirect = true } = readQuery(request, { redirect: flag });
  const connection = connectionOf(invocationId);
  const place = await downloads.acquire(connection.closed);
  try {
    const opened = await open(source);
    const answer = await answerTo(source, opened, redirect, connection);
    connection.destroyWhenStalled();
    connection.closed.addEventListener("abort", () => place.release(), { once: true });
    if (!connection.isKnown || connection.closed.aborted || answer.body === undefined) place.release();
    return answer;
  } catch (error) {
    place.release();
    throw error;
  }
}

interface Opened {
  readonly file: JobFile;
  readonly path: string;
  readonly isRange: boolean;
  /** Whether the caller may be sent to the signed URL. It is not for a request with ranges: storage does not know If-Range, which the client repeats there. */
  readonly mayRedirect: boolean;
}

async function open(source: FileSource): Promise<Opened> {
  const { request } = source;
  if (request.method === "HEAD") return { ...(await firstByte(source)), isRange: false, mayRedirect: false };
  const asked = readRange(request);
  const condition = readIfRange(request);
  if (asked === undefined || asked === "several")
    return { ...(await findFile(source)), isRange: false, mayRedirect: asked === undefined };
  if (condition !== undefined) {
    const whole = await findFile(source);
    if (!condition(whole.file.etag)) return { ...whole, isRange: false, mayRedirect: false };
    await whole.file.close();
  }
  return { ...(await findFile(source, asked)), isRange: true, mayRedirect: false };
}

/** The file with its size and tag, which a HEAD needs, by the smallest read. */
async function firstByte(source: FileSource): Promise<Pick<Opened, "file" | "path">> {
  try {
    return await findFile(source, { start: 0, end: 0 });
  } catch (error) {
    if (!isServiceError(error, "range_not_satisfiable")) throw error;
    return findFile(source);
  }
}

/** The file under one of the paths that the URL may mean. */
async function findFile({ request, read }: FileSource, range?: ByteRange): Promise<Pick<Opened, "file" | "path">> {
  const [literal, ...others] = filePaths(request);
  try {
    return { path: literal, file: await read(literal, range) };
  } catch (error) {
    const [path] = others;
    if (path === undefined || !(isServiceError(error, "log_not_found") || isServiceError(error, "output_not_found")))
      throw error;
    return { path, file: await read(path, range) };
  }
}

async function answerTo(
  source: FileSource,
  opened: Opened,
  redirect: boolean,
  connection: Connection,
): Promise<HttpResponseInit> {
  const { request } = source;
  const { file, path, isRange, mayRedirect } = opened;
  const { size, start, etag } = file;
  if (isUnchanged(request, etag)) {
    await file.close();
    return { status: 304, headers: { etag, "cache-control": "private, no-cache" } };
  }
  const isHead = request.method === "HEAD";
  if (isHead || (!isRange && file.length > maxBytes)) await file.close();
  if (!isHead && !isRange && file.length > maxBytes) return elsewhere(file, redirect && mayRedirect);
  const length = isHead ? size : Math.min(file.length, maxBytes);
  const headers = {
    ...source.headers(path),
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; sandbox",
    "accept-ranges": "bytes",
    "cache-control": "private, no-cache",
    etag,
    "content-length": String(length),
    ...(isRange ? { "content-range": `bytes ${start}-${start + length - 1}/${size}` } : {}),
  };
  return {
    status: isRange ? 206 : 200,
    headers,
    ...(isHead ? {} : { body: await streamBody(file.body, length, connection) }),
  };
}

/** The redirect to a file that is larger than one answer. @throws ServiceError `file_too_large` without a signed URL. */
async function elsewhere(file: JobFile, redirect: boolean): Promise<HttpResponseInit> {
  const size = `The file has ${file.size} bytes, and one answer has at most ${maxBytes}.`;
  const url = redirect ? await file.url() : undefined;
  if (url === undefined) {
    throw new ServiceError(
      "file_too_large",
      `${size} Read it in parts with the header Range, for example bytes=0-${maxBytes - 1}.`,
      {
        extra: { size: file.size },
        headers: { "accept-ranges": "bytes" },
      },
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
    body: `${size} The header Location has a signed URL of all of it (curl -L follows it); with the header Range it is read here, in parts.\n`,
  };
}
