/** Thrown for a body that is larger than any valid response. */
export class BodyTooLarge extends Error {
  override readonly name = "BodyTooLarge";
}

/** A body as text. @throws BodyTooLarge as soon as more than `maxBytes` were read. */
export async function readBodyText(stream: NodeJS.ReadableStream | undefined, maxBytes: number): Promise<string> {
  if (stream === undefined) return "";
  const chunks: Uint8Array[] = [];
  let size = 0;
  // An error inside the loop closes the stream and releases its connection.
  for await (const chunk of stream as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > maxBytes) throw new BodyTooLarge(`its response has more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
