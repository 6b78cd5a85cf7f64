import type { HttpResponseInit } from "@azure/functions";
import type { Connection } from "../access/connection.ts";

/** A body of at most this size is buffered in memory. */
const maxBufferedBytes = 1024 * 1024;

/**
 * The first `length` bytes of a body, for a response. A large body becomes a stream that reads the next chunk only
 * after the client has received the previous one, so that a slow client uses memory for a part of the file only. An
 * error closes the connection, so that the client detects the incomplete response.
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
          const next = (await connection.waitForDrain()) ? await chunks.next() : undefined;
          if (next?.done === false) return controller.enqueue(next.value);
          if (next === undefined) {
            await chunks.return(undefined);
            connection.destroy();
          }
        } catch (error) {
          console.warn(`A response could not be completed: ${(error as Error).message}`);
          connection.destroy();
        }
        // The library never ends the response of a stream with an error. The connection is closed here, so the stream
        // is closed normally.
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
  let remainingBytes = length;
  if (remainingBytes === 0) return;
  for await (const chunk of body) {
    yield remainingBytes < chunk.length ? chunk.subarray(0, remainingBytes) : chunk;
    remainingBytes -= chunk.length;
    if (remainingBytes <= 0) return;
  }
  throw new Error(`the last ${remainingBytes} bytes are missing`);
}
