import type { HttpRequest } from "@azure/functions";
import { ServiceError } from "../../core/errors.ts";

export interface BodyTimeouts {
  /** Milliseconds without a byte after which a body is given up. */
  readonly idleMs: number;
  /** Milliseconds that the whole body may take. */
  readonly totalMs: number;
}

/**
 * Azure's front end ends a request after 230 s, and the host ends a worker whose function takes five minutes (host.json): a body that flows
 * slowly for longer would cost all other calls of the worker.
 */
const defaultTimes: BodyTimeouts = { idleMs: 30_000, totalMs: 220_000 };

/** The bytes of a request; no more than `maxBytes` are ever held. @throws ServiceError as `bodyChunks`. */
export async function readBody(request: HttpRequest, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bodyChunks(request, maxBytes)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/**
 * The bytes of a request as they come, `maxBytes` at the most.
 * @throws ServiceError `empty_body`, `body_too_large`, `request_timeout`, and `invalid_request` for a body that breaks off.
 */
export async function* bodyChunks(
  request: HttpRequest,
  maxBytes: number,
  times: BodyTimeouts = defaultTimes,
): AsyncGenerator<Uint8Array> {
  const tooLarge = (size: string) =>
    new ServiceError("body_too_large", `The body has ${size} bytes; at most ${maxBytes} are taken.`);
  const announced = Number(request.headers.get("content-length") ?? "0");
  if (announced > maxBytes) throw tooLarge(String(announced));
  let size = 0;
  for await (const chunk of partsOf(request, times)) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLarge(`more than ${maxBytes}`);
    yield chunk;
  }
  if (size === 0) throw new ServiceError("empty_body", whyEmpty(request));
}

/** The Functions host does not hand on a body whose length is not announced. */
function whyEmpty({ headers }: HttpRequest): string {
  const isChunked = headers.get("transfer-encoding") !== null;
  return isChunked
    ? "No body arrived: one that is sent in chunks is not taken here. Send it with a Content-Length."
    : "The body is empty.";
}

/** The rest of a body stays to be read: to cancel a body that streams would cut the connection, and the answer with it. */
async function* partsOf({ body }: HttpRequest, { idleMs, totalMs: wholeMs }: BodyTimeouts): AsyncGenerator<Uint8Array> {
  if (body === null) return;
  const end = performance.now() + wholeMs;
  const reader = (body as ReadableStream<Uint8Array>).getReader();
  try {
    for (;;) {
      const leftMs = end - performance.now();
      const message = leftMs < idleMs ? tooSlow(wholeMs) : tooSilent(idleMs);
      if (leftMs <= 0) throw new ServiceError("request_timeout", message);
      const next = await within(reader.read(), Math.min(leftMs, idleMs), message);
      if (next.done) return;
      yield next.value;
    }
  } finally {
    reader.releaseLock();
  }
}

const tooSlow = (ms: number) =>
  `The body did not arrive within ${ms / 1000} seconds. Send it over a faster line, or in fewer bytes.`;
const tooSilent = (ms: number) => `No byte of the body came for ${ms / 1000} seconds. Send it again, without a pause.`;

/** The result of a read. @param message of the refusal after `ms`. */
async function within<T>(reading: Promise<T>, ms: number, message: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new ServiceError("request_timeout", message)), ms);
  });
  const whole = reading.catch((cause: unknown) => {
    throw new ServiceError("invalid_request", "The body broke off before its end.", { cause });
  });
  try {
    return await Promise.race([whole, late]);
  } finally {
    clearTimeout(timer);
  }
}

const drainBytes = 128 * 1024 * 1024;
const drainMs = 20_000;

/**
 * Reads on, to nowhere, a body that was begun and not read to its end: many callers, and hosts, hand over all of it before they look at the
 * answer. One that nobody began is read away by the library's server.
 */
export async function drainBody({ body, bodyUsed }: HttpRequest): Promise<void> {
  if (!bodyUsed || body === null || body.locked) return;
  const reader = (body as ReadableStream<Uint8Array>).getReader();
  let stop: NodeJS.Timeout | undefined;
  const late = new Promise<{ readonly done: true }>((resolve) => {
    stop = setTimeout(() => resolve({ done: true }), drainMs);
  });
  try {
    for (let size = 0; size <= drainBytes; ) {
      const next = await Promise.race([reader.read(), late]);
      if (next.done) return;
      size += next.value.byteLength;
    }
  } catch {
    // The caller has gone; nobody waits for the answer.
  } finally {
    clearTimeout(stop);
  }
}
