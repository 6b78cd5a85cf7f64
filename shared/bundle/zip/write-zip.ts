import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";

/** Streams bytes to a new file; returns their SHA-256 as hex. @throws errors of the stream, or the signal's reason. */
export async function writeZip(bytes: AsyncIterable<Uint8Array>, file: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash("sha256");
  async function* hashed(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      hash.update(chunk);
      yield chunk;
    }
  }
  await pipeline(
    bytes,
    hashed,
    createWriteStream(file, { flags: "wx", mode: 0o600 }),
    signal === undefined ? {} : { signal },
  );
  return hash.digest("hex");
}
