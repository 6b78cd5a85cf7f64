import type { HttpRequest } from "@azure/functions";
import { ServiceError } from "../core/errors.ts";

/** The bytes of a request; no more than `maxBytes` are ever held. @throws ServiceError `empty_body`, `body_too_large`. */
export async function readBody(request: HttpRequest, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bodyParts(request, maxBytes)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The bytes of a request as they come, `maxBytes` at the most. @throws ServiceError `empty_body`, `body_too_large`. */
export async function* bodyParts(request: HttpRequest, maxBytes: number): AsyncGenerator<Uint8Array> {
  const tooLarge = (size: string) => new ServiceError("body_too_large", `The body has ${size} bytes; at most ${maxBytes} are taken.`);
  const announced = Number(request.headers.get("content-length") ?? "0");
  if (announced > maxBytes) throw tooLarge(String(announced));
  let size = 0;
  for await (const chunk of partsOf(request)) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLarge(`more than ${maxBytes}`);
    yield chunk;
  }
  if (size === 0) throw new ServiceError("empty_body", whyEmpty(request));
}

/** The Functions host does not hand on a body whose length is not announced. */
function whyEmpty({ headers }: HttpRequest): string {
  const isChunked = headers.get("transfer-encoding") !== null;
  return isChunked ? "No body arrived: one that is sent in chunks is not taken here. Send it with a Content-Length." : "The body is empty.";
}

/** What is not read stays to be read: to cancel a body that streams would cut the connection, and the answer with it. */
function partsOf({ body }: HttpRequest): AsyncIterable<Uint8Array> | readonly Uint8Array[] {
  return body === null ? [] : (body as ReadableStream<Uint8Array>).values({ preventCancel: true });
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
