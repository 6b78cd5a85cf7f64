/** Reads a log through its signed URL: without a token, and from allowed hosts only. */
import { ServiceError } from "../../../core/errors.ts";
import { LogUrlRefused } from "../../../core/ports/backend-port.ts";
import {
  type BytePart,
  type OpenedPart,
  openFileRange,
  rangeNotSatisfiable,
  totalBytes,
} from "../../../core/ports/open-file-range.ts";
import type { CallOptions } from "../../../core/ports/ports.ts";
import type { ByteRange, FileContent } from "../../../core/ports/storage-ports.ts";
import { rejectOnAbort } from "../../../lib/reject-on-abort.ts";
import { abortableUntilOpen, chunksOf, closeBody, type ReadChunk } from "../../../lib/response-body.ts";
import type { IsAllowedStorageUrl } from "../http/allowed-storage-urls.ts";
import type { HttpResponse } from "../http/send-once.ts";

export interface ReadLogOptions extends CallOptions {
  /** Time limit of the response, and of each chunk of its body. */
  readonly timeoutMs: number;
}

const apiVersion = "2021-12-02";

/**
 * Opens a log or a part of it; undefined if it does not exist.
 * @throws ServiceError `range_not_satisfiable`, `unavailable`; LogUrlRefused if storage rejects the signature.
 */
export async function readSignedLog(
  url: string,
  isAllowedUrl: IsAllowedStorageUrl,
  range: ByteRange | undefined,
  options: ReadLogOptions,
): Promise<FileContent | undefined> {
  if (!isAllowedUrl(url)) {
    const host = URL.canParse(url) ? new URL(url).host : "of an invalid URL";
    const message = `The log is on the host ${host}, which is not allowed. Add its domain to JOBS_AZUREML_LOG_HOSTS.`;
    throw new ServiceError("unavailable", message);
  }
  const source = {
    size: () => logSize(url, options),
    open: (part: BytePart | undefined) => openLog(url, part, options),
  };
  return openFileRange(source, range);
}

async function openLog(
  url: string,
  part: BytePart | undefined,
  options: ReadLogOptions,
): Promise<OpenedPart<Omit<FileContent, "start">> | undefined> {
  const range = part === undefined ? {} : { "x-ms-range": `bytes=${part.start}-${part.end ?? ""}` };
  const { status, headers, readableStreamBody } = await request("GET", url, range, options);
  const close = () => closeBody(readableStreamBody);
  const total = totalBytes(headers.get("content-range"));
  if (status === 200 || status === 206) {
    const length = contentLength(headers);
    const body = chunksOf(readableStreamBody, withinTime(options.timeoutMs));
    return { content: { size: total ?? length, length, etag: headers.get("etag") ?? "", body }, close };
  }
  close();
  if (status === 404) return undefined;
  if (status === 416) throw rangeNotSatisfiable(total ?? (await logSize(url, options)) ?? 0);
  if (status === 403) throw signatureRejected();
  throw new ServiceError("unavailable", `The storage of Azure ML could not read the log: it returned ${status}.`);
}

async function logSize(url: string, options: ReadLogOptions): Promise<number | undefined> {
  const { status, headers, readableStreamBody } = await request("HEAD", url, {}, options);
  closeBody(readableStreamBody);
  if (status === 403) throw signatureRejected();
  return status === 200 ? contentLength(headers) : undefined;
}

function contentLength(headers: HttpResponse["headers"]): number {
  return Number(headers.get("content-length") ?? 0);
}

async function request(
  method: "GET" | "HEAD",
  url: string,
  headers: Readonly<Record<string, string>>,
  { signal, timeoutMs }: ReadLogOptions,
): Promise<HttpResponse> {
  const { sendOnce } = await import("../http/send-once.ts");
  const limitSignal = AbortSignal.timeout(timeoutMs);
  const anySignal = signal === undefined ? limitSignal : AbortSignal.any([signal, limitSignal]);
  const allHeaders = { ...headers, "x-ms-version": apiVersion, "accept-encoding": "identity" };
  try {
    return await abortableUntilOpen(anySignal, (opening) =>
      sendOnce({ method, url, headers: allHeaders, signal: opening }),
    );
  } catch {
    signal?.throwIfAborted();
    // The error of the HTTP client contains the URL with its signature, so it is not attached as the cause.
    throw new ServiceError("unavailable", "The storage of Azure ML could not be reached to read the log.");
  }
}

function withinTime(timeoutMs: number): ReadChunk {
  return async (next) => {
    try {
      return await rejectOnAbort(next(), AbortSignal.timeout(timeoutMs));
    } catch (error) {
      throw new ServiceError("unavailable", `The log could not be read completely: ${(error as Error).name}.`);
    }
  };
}

function signatureRejected(): LogUrlRefused {
  return new LogUrlRefused("The storage of Azure ML rejected the signature of the log's URL.");
}
