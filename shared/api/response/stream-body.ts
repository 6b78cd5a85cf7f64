import type { HttpResponseInit } from "@azure/functions";
import type { Connection } from "../access/connection.ts";

/** A body of at most this size is read into memory as a whole. */
const maxBufferedBytes = 1024 * 1024;

/**
 * The first `length` bytes of a body, for a response. A large body becomes a stream that reads on only after the client
 * has received what was sent, so that a slow client occupies memory for a part of the file. An error closes the
 * connection, so that the client detects the incomplete response.
 */
export async function streamBody(
  body: AsyncIterable<Uint8Array>,
  length: number,
  connection: Connection,
): Promise<HttpResponseInit["body"]> {
  const chunks = firstBytes(body, length);
  if (length <= maxBufferedBytes || !connection.isKnown) {
    const buffered: Uint8Array[] = [];
    for await (const chunk of chunks) buffered.push(chunk);
    return Buffer.concat(buffered);
  }
  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const next = (await connection.drained()) ? await chunks.next() : undefined;
          if (next?.done === false) return controller.enqueue(next.value);
          if (next === undefined) {
            await chunks.return(undefined);
            connection.destroy();
          }
        } catch (error) {
          console.warn(`A response could not be completed: ${(error as Error).message}`);
          connection.destroy();
        }
        // The library never ends the response of a stream with an error. Its connection is closed, so the stream can
        // just end.
        controller.close();
      },
      cancel: async () => void (await chunks.return(undefined)),
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
  throw new Error(`the last ${left} bytes are missing`);
}
