/** Thrown for a body that is larger than anything the service would say. */
export class BodyTooLarge extends Error {
  override readonly name = "BodyTooLarge";
}

/** A body as text, read no further than `maxBytes`. @throws BodyTooLarge. */
export async function readBodyText(stream: NodeJS.ReadableStream | undefined, maxBytes: number): Promise<string> {
  if (stream === undefined) return "";
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop ends the stream and lets go of its connection.
  for await (const chunk of stream as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > maxBytes) throw new BodyTooLarge(`its answer has more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
