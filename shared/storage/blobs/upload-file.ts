import { open } from "node:fs/promises";
import type { BlockBlobClient } from "@azure/storage-blob";
import type { CallOptions } from "../../core/ports/ports.ts";
import type { StorageCall } from "../account/storage-call.ts";

const blockBytes = 4 * 1024 * 1024;
/** Room for a file that grows a little between its size and its reading. */
const leastBytes = 16 * 1024;
const headers = { blobHTTPHeaders: { blobContentType: "application/octet-stream" } };

/**
 * Writes a file from disk as a blob: a small one at once, a larger one in blocks, each with its own time limit and
 * retries. Holds one block in memory, and less for a file that is smaller.
 */
export async function uploadFile(
  blob: BlockBlobClient,
  file: string,
  call: StorageCall,
  options: CallOptions = {},
): Promise<void> {
  const what = `write ${blob.containerName}/${blob.name}`;
  const source = await open(file);
  try {
    // A byte more than the file has: a read that leaves it empty has come to the end.
    const { size } = await source.stat();
    const buffer = Buffer.allocUnsafe(Math.min(blockBytes, Math.max(leastBytes, size + 1)));
    const blocks: string[] = [];
    for (;;) {
      const length = await fill(source, buffer, blocks.length * buffer.length);
      const part = buffer.subarray(0, length);
      const moving = { ...options, bytes: length };
      if (blocks.length === 0 && length < buffer.length) {
        await call(what, (abortSignal) => blob.upload(part, length, { abortSignal, ...headers }), moving);
        return;
      }
      if (length > 0) {
        const id = Buffer.from(String(blocks.length).padStart(10, "0")).toString("base64");
        await call(what, (abortSignal) => blob.stageBlock(id, part, length, { abortSignal }), moving);
        blocks.push(id);
      }
      if (length < buffer.length) break;
    }
    await call(what, (abortSignal) => blob.commitBlockList(blocks, { abortSignal, ...headers }), options);
  } finally {
    await source.close();
  }
}

/** A read may give less than is there. */
async function fill(
  source: { read: Awaited<ReturnType<typeof open>>["read"] },
  buffer: Buffer,
  from: number,
): Promise<number> {
  let length = 0;
  while (length < buffer.length) {
    const { bytesRead } = await source.read(buffer, length, buffer.length - length, from + length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return length;
}
