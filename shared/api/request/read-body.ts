import type { HttpRequest } from "@azure/functions";
import { ServiceError } from "../../core/errors.ts";

export interface BodyTimeouts {
  /** Longest time between two chunks, in milliseconds. */
  readonly idleMs: number;
  /** Longest time for the whole body, in milliseconds. */
  readonly totalMs: number;
}

/**
 * Shorter than the limits of the platform: the front end of Azure ends a request after 230 s, and after five minutes
 * (host.json) the host ends the worker process, with all other requests in it.
 */
const defaultTimeouts: BodyTimeouts = { idleMs: 30_000, totalMs: 220_000 };

/** Reads a whole body, of at most `maxBytes`. @throws ServiceError with the codes of `bodyChunks`. */
export async function readBody(request: HttpRequest, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bodyChunks(request, maxBytes)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/**
 * Reads a body of at most `maxBytes` in chunks.
 * @throws ServiceError `empty_body`, `body_too_large`, `request_timeout`, and `invalid_request` if the client
 * disconnects.
 */
export async function* bodyChunks(
  request: HttpRequest,
  maxBytes: number,
  timeouts: BodyTimeouts = defaultTimeouts,
): AsyncGenerator<Uint8Array> {
  const tooLarge = (size: string) =>
    new ServiceError("body_too_large", `The body has ${size} bytes; at most ${maxBytes} are accepted.`);
  const contentLength = Number(request.headers.get("content-length") ?? "0");
  if (contentLength > maxBytes) throw tooLarge(String(contentLength));
  let size = 0;
  for await (const chunk of timedChunks(request, timeouts)) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLarge(`more than ${maxBytes}`);
    yield chunk;
  }
  if (size === 0) throw new ServiceError("empty_body", emptyMessage(request));
}

/** The Functions host discards a body with chunked transfer encoding. */
function emptyMessage({ headers }: HttpRequest): string {
  return headers.get("transfer-encoding") === null
    ? "The body is empty."
    : "No body arrived, because chunked transfer encoding is not supported. Send the body with a Content-Length.";
}

/**
 * Does not read or cancel the rest of the body after an error, because a cancel would close the connection before the
 * response.
 */
async function* timedChunks({ body }: HttpRequest, { idleMs, totalMs }: BodyTimeouts): AsyncGenerator<Uint8Array> {
  if (body === null) return;
  const end = performance.now() + totalMs;
  const reader = (body as ReadableStream<Uint8Array>).getReader();
  try {
    for (;;) {
      const remainingMs = end - performance.now();
      const message = remainingMs < idleMs ? totalMessage(totalMs) : idleMessage(idleMs);
      if (remainingMs <= 0) throw new ServiceError("request_timeout", message);
      const next = await readWithin(reader.read(), Math.min(remainingMs, idleMs), message);
      if (next.done) return;
      yield next.value;
    }
  } finally {
    reader.releaseLock();
  }
}

const totalMessage = (ms: number) =>
  `The body did not arrive within ${ms / 1000} seconds. Use a faster connection or send fewer bytes.`;
const idleMessage = (ms: number) =>
  `No part of the body arrived for ${ms / 1000} seconds. Repeat the request and send the body without pauses.`;

/**
 * The result of a read.
 * @throws ServiceError `request_timeout` with `message` after `ms` milliseconds, `invalid_request`.
 */
async function readWithin<T>(reading: Promise<T>, ms: number, message: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new ServiceError("request_timeout", message)), ms);
  });
  const result = reading.catch((cause: unknown) => {
    throw new ServiceError("invalid_request", "The connection was closed before the end of the body.", { cause });
  });
  try {
    return await Promise.race([result, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

const drainBytes = 128 * 1024 * 1024;
const drainMs = 20_000;

/**
 * Reads and discards the rest of a body that was partly read. Many clients and hosts send a whole body before they read
 * the response. The library's server itself drains a body that was not read at all.
 */
export async function drainBody({ body, bodyUsed }: HttpRequest): Promise<void> {
  if (!bodyUsed || body === null || body.locked) return;
  const reader = (body as ReadableStream<Uint8Array>).getReader();
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<{ readonly done: true }>((resolve) => {
    timer = setTimeout(() => resolve({ done: true }), drainMs);
  });
  try {
    for (let size = 0; size <= drainBytes; ) {
      const next = await Promise.race([reader.read(), timeout]);
      if (next.done) return;
      size += next.value.byteLength;
    }
  } catch {
    // The client has disconnected and does not read the response.
  } finally {
    clearTimeout(timer);
  }
}
