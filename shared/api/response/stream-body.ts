import type { HttpResponseInit } from "@azure/functions";
import type { Connection } from "../access/connection.ts";

/** A body up to this size is handed over as a whole. */
const wholeBytes = 1024 * 1024;

/**
 * The first `length` bytes of a body. A larger one is a stream that reads on only when the client has taken what was sent, so that a slow
 * client costs a part of the file in memory and not all of it. One that breaks off cuts the connection, so that the client detects it.
 */
export async function streamBody(
  body: AsyncIterable<Uint8Array>,
  length: number,
  connection: Connection,
): Promise<HttpResponseInit["body"]> {
  const parts = firstBytes(body, length);
  if (length <= wholeBytes || !connection.isKnown) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of parts) chunks.push(chunk);
    return Buffer.concat(chunks);
  }
  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const next = (await connection.drained()) ? await parts.next() : undefined;
          if (next?.done === false) return controller.enqueue(next.value);
          if (next === undefined) {
            await parts.return(undefined);
            connection.destroy();
          }
        } catch (error) {
          console.warn(`An answer broke off: ${(error as Error).message}`);
          connection.destroy();
        }
        // The library never ends an answer whose stream fails; one whose connection is cut needs no end.
        controller.close();
      },
      cancel: async () => void (await parts.return(undefined)),
    },
    { highWaterMark: 0 },
  );
  return stream as HttpResponseInit["body"];
}

async function* firstBytes(
  body: AsyncIterable<Uint8Array>,
  length: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let left = length;
  if (left === 0) return;
  for await (const chunk of body) {
    yield left < chunk.length ? chunk.subarray(0, left) : chunk;
    left -= chunk.length;
    if (left <= 0) return;
  }
  throw new Error(`${left} bytes are missing at the end.`);
}
