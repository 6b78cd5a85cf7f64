/** Reads a log behind its signed URL, without a token, from the allowed hosts alone. */

import { ServiceError } from "../../../core/errors.ts";
import { LogUrlRefused } from "../../../core/ports/backend-port.ts";
import type { CallOptions } from "../../../core/ports/ports.ts";
import type { ByteRange, FileContent } from "../../../core/ports/storage-ports.ts";
import { untilAborted } from "../../../lib/until-aborted.ts";
import type { HttpAnswer } from "../http/pipeline.ts";
import type { IsLogHost } from "./log-hosts.ts";

export interface ReadLogOptions extends CallOptions {
  /** What the answer, and each part of its body, may take. */
  readonly timeoutMs: number;
}

const apiVersion = "2021-12-02";

/** Part or all of a log; undefined when it is not there. @throws ServiceError `range_not_satisfiable`, `unavailable`; LogUrlRefused. */
export async function readSignedLog(
  url: string,
  isLogHost: IsLogHost,
  range: ByteRange | undefined,
  options: ReadLogOptions,
): Promise<FileContent | undefined> {
  if (!isLogHost(url))
    throw new ServiceError(
      "unavailable",
      "The log lies at a host that logs are not fetched from; see JOBS_AZUREML_LOG_HOSTS.",
    );
  const part = range !== undefined && "suffix" in range ? await ending(url, range.suffix, options) : range;
  if (range !== undefined && part === undefined) return undefined;
  const headers: Record<string, string> =
    part === undefined ? {} : { "x-ms-range": `bytes=${part.start}-${part.end ?? ""}` };
  const { answer, stop } = await open("GET", url, headers, options);
  if (answer.status === 404) return void stop();
  if (answer.status === 416) {
    stop();
    throw unsatisfiable(sizeFrom(answer.headers.get("content-range")) ?? (await sizeOf(url, options)) ?? 0);
  }
  if (answer.status === 403) {
    stop();
    throw new LogUrlRefused("The storage of Azure ML does not accept the signature of the log's URL.");
  }
  if (answer.status !== 200 && answer.status !== 206) {
    stop();
    throw new ServiceError(
      "unavailable",
      `The storage of Azure ML could not read the log: it answered ${answer.status}.`,
    );
  }
  const length = Number(answer.headers.get("content-length") ?? 0);
  const size = sizeFrom(answer.headers.get("content-range")) ?? length;
  const start = part?.start ?? 0;
  // Azurite answers a range that begins at the end with no bytes, where Azure refuses it.
  if (part !== undefined && start >= size) {
    stop();
    throw unsatisfiable(size);
  }
  return {
    size,
    start,
    length,
    etag: answer.headers.get("etag") ?? "",
    body: partsOf(answer, options.timeoutMs, stop),
  };
}

/** Storage knows no range that counts from the end. */
async function ending(
  url: string,
  suffix: number,
  options: ReadLogOptions,
): Promise<{ readonly start: number; readonly end: number } | undefined> {
  const size = await sizeOf(url, options);
  if (size === undefined) return undefined;
  if (suffix === 0 || size === 0) throw unsatisfiable(size);
  return { start: Math.max(0, size - suffix), end: size - 1 };
}

async function sizeOf(url: string, options: ReadLogOptions): Promise<number | undefined> {
  const { answer, stop } = await open("HEAD", url, {}, options);
  stop();
  if (answer.status === 403)
    throw new LogUrlRefused("The storage of Azure ML does not accept the signature of the log's URL.");
  return answer.status === 200 ? Number(answer.headers.get("content-length") ?? 0) : undefined;
}

interface Opened {
  readonly answer: HttpAnswer;
  /** Lets go of the connection. */
  stop(): void;
}

async function open(
  method: "GET" | "HEAD",
  url: string,
  headers: Readonly<Record<string, string>>,
  { signal, timeoutMs }: ReadLogOptions,
): Promise<Opened> {
  const { sendOnce } = await import("../http/pipeline.ts");
  // The body outlives the call that opened it, so it has a signal of its own.
  const reading = new AbortController();
  const limit = AbortSignal.timeout(timeoutMs);
  const either = signal === undefined ? limit : AbortSignal.any([signal, limit]);
  const abort = () => reading.abort(either.reason);
  either.addEventListener("abort", abort, { once: true });
  try {
    const answer = await sendOnce({
      method,
      url,
      headers: { ...headers, "x-ms-version": apiVersion, "accept-encoding": "identity" },
      signal: reading.signal,
    });
    return { answer, stop: () => (answer.readableStreamBody as { destroy?: () => void } | undefined)?.destroy?.() };
  } catch {
    signal?.throwIfAborted();
    // The error of the pipeline has the URL with its signature.
    throw new ServiceError("unavailable", "The storage of Azure ML could not be reached to read the log.");
  } finally {
    either.removeEventListener("abort", abort);
  }
}

const unreadMs = 10_000;

/** The body; one that nobody reads is let go of, or it would keep its connection. */
function partsOf({ readableStreamBody }: HttpAnswer, timeoutMs: number, stop: () => void): AsyncIterable<Uint8Array> {
  const unread = setTimeout(stop, unreadMs).unref();
  return {
    async *[Symbol.asyncIterator]() {
      clearTimeout(unread);
      if (readableStreamBody === undefined) return;
      const parts = (readableStreamBody as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
      try {
        for (;;) {
          const next = await untilAborted(parts.next(), AbortSignal.timeout(timeoutMs));
          if (next.done === true) return;
          yield next.value;
        }
      } catch (error) {
        throw new ServiceError("unavailable", `The log broke off: ${(error as Error).name}.`);
      } finally {
        stop();
      }
    },
  };
}

/** The whole size in `bytes 0-9/120`. */
function sizeFrom(contentRange: string | undefined): number | undefined {
  const size = Number(/\/(\d+)$/.exec(contentRange ?? "")?.[1] ?? Number.NaN);
  return Number.isNaN(size) ? undefined : size;
}

function unsatisfiable(size: number): ServiceError {
  return new ServiceError("range_not_satisfiable", `The file has ${size} bytes; the range begins behind its end.`, {
    headers: { "content-range": `bytes */${size}` },
  });
}
