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
  for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
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
