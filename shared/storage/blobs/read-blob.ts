import type { BlobClient } from "@azure/storage-blob";
import { ServiceError } from "../../core/errors.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import type { ByteRange, FileContent } from "../../core/ports/storage-ports.ts";
import { isRefusal, type StorageCall, unlessMissing } from "../account/call.ts";

const unreadMs = 10_000;

export interface BlobContent extends FileContent {
  /** RFC 3339, UTC, in whole seconds. */
  readonly modified_at: string;
}

export interface ReadOptions extends CallOptions {
  /** The ETag that the blob must have. */
  readonly ifMatch?: string;
}

/**
 * Opens a blob or a part of it; undefined when it is not there. The body comes as it is read, and each part of it has the
 * call's time limit anew. @throws ServiceError `range_not_satisfiable`, `conflict` for another ETag.
 */
export async function openRead(
  blob: BlobClient,
  call: StorageCall,
  range?: ByteRange,
  options: ReadOptions = {},
): Promise<BlobContent | undefined> {
  const what = `read ${blob.containerName}/${blob.name}`;
  const part = range !== undefined && "suffix" in range ? await ending(blob, call, range.suffix, options) : range;
  if (range !== undefined && part === undefined) return undefined;
  const count = part?.end === undefined ? undefined : part.end - part.start + 1;
  // A body outlives the call that opened it, so it has a signal of its own.
  const reading = new AbortController();
  const open = (signal: AbortSignal) => {
    const abort = () => reading.abort(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    const conditions = options.ifMatch === undefined ? {} : { ifMatch: options.ifMatch };
    return blob
      .download(part?.start ?? 0, count, { abortSignal: reading.signal, conditions })
      .finally(() => signal.removeEventListener("abort", abort));
  };
  try {
    const found = await unlessMissing(call(what, open, options));
    if (found === undefined) return undefined;
    const {
      contentLength: length = 0,
      contentRange,
      etag = "",
      lastModified = new Date(0),
      readableStreamBody,
    } = found;
    const size = contentRange === undefined ? length : Number(contentRange.split("/")[1]);
    // Azurite answers a range that begins at the end with no bytes, where Azure refuses it.
    if (part !== undefined && part.start >= size) {
      reading.abort();
      throw unsatisfiable(size);
    }
    const body = bodyOf(readableStreamBody, call, what, options);
    return { size, start: part?.start ?? 0, length, etag, modified_at: lastModified.toISOString(), body };
  } catch (error) {
    if (isRefusal(error, 416)) throw unsatisfiable(await sizeOf(blob, call, options));
    throw error;
  }
}

/** Storage knows no range that counts from the end. */
async function ending(
  blob: BlobClient,
  call: StorageCall,
  suffix: number,
  options: CallOptions,
): Promise<{ start: number; end?: number } | undefined> {
  const size = await sizeOf(blob, call, options);
  if (size === undefined) return undefined;
  if (suffix === 0 || size === 0) throw unsatisfiable(size);
  return { start: Math.max(0, size - suffix), end: size - 1 };
}

async function sizeOf(blob: BlobClient, call: StorageCall, options: CallOptions): Promise<number | undefined> {
  const what = `look at ${blob.containerName}/${blob.name}`;
  return (await unlessMissing(call(what, (abortSignal) => blob.getProperties({ abortSignal }), options)))
    ?.contentLength;
}

function unsatisfiable(size = 0): ServiceError {
  return new ServiceError("range_not_satisfiable", `The file has ${size} bytes; the range begins behind its end.`, {
    headers: { "content-range": `bytes */${size}` },
  });
}

/** The body of an answer; one that nobody reads is let go of, or it would keep its connection. */
function bodyOf(
  stream: NodeJS.ReadableStream | undefined,
  call: StorageCall,
  what: string,
  options: CallOptions,
): AsyncIterable<Uint8Array> {
  const unread = setTimeout(() => stream && close(stream), unreadMs).unref();
  return {
    [Symbol.asyncIterator]() {
      clearTimeout(unread);
      return partsOf(stream, call, what, options);
    },
  };
}

async function* partsOf(
  stream: NodeJS.ReadableStream | undefined,
  call: StorageCall,
  what: string,
  options: CallOptions,
): AsyncGenerator<Uint8Array> {
  if (stream === undefined) return;
  const parts = stream[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  try {
    for (;;) {
      const next = await call(what, () => parts.next(), { ...options, tries: 1 });
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    close(stream);
  }
}

/** An answer that is not read to its end keeps its connection. */
function close(stream: NodeJS.ReadableStream): void {
  (stream as NodeJS.ReadableStream & { destroy(): void }).destroy();
}
