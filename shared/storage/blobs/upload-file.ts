import { open } from "node:fs/promises";
import type { BlockBlobClient } from "@azure/storage-blob";
import type { CallOptions } from "../../core/ports/ports.ts";
import type { StorageCall } from "../account/storage-call.ts";

const blockBytes = 4 * 1024 * 1024;
/** Large enough for a small file that grows while it is read. */
const minBufferBytes = 16 * 1024;
const headers = { blobHTTPHeaders: { blobContentType: "application/octet-stream" } };

/**
 * Uploads a file from disk: a small one in one call, a larger one in blocks, each with its own time limit and retries.
 * Holds at most one block in memory.
 */
export async function uploadFile(
  blob: BlockBlobClient,
  file: string,
  call: StorageCall,
  options: CallOptions = {},
): Promise<void> {
  const action = `write ${blob.containerName}/${blob.name}`;
  const source = await open(file);
  try {
    // One byte more than the file, so that a read that does not fill the buffer has reached the end.
    const { size } = await source.stat();
    const buffer = Buffer.allocUnsafe(Math.min(blockBytes, Math.max(minBufferBytes, size + 1)));
    const blocks: string[] = [];
    for (;;) {
      const length = await fill(source, buffer, blocks.length * buffer.length);
      const part = buffer.subarray(0, length);
      const partOptions = { ...options, bytes: length };
      if (blocks.length === 0 && length < buffer.length) {
        await call(action, (abortSignal) => blob.upload(part, length, { abortSignal, ...headers }), partOptions);
        return;
      }
      if (length > 0) {
        const id = Buffer.from(String(blocks.length).padStart(10, "0")).toString("base64");
        await call(action, (abortSignal) => blob.stageBlock(id, part, length, { abortSignal }), partOptions);
        blocks.push(id);
      }
      if (length < buffer.length) break;
    }
    await call(action, (abortSignal) => blob.commitBlockList(blocks, { abortSignal, ...headers }), options);
  } finally {
    await source.close();
  }
}

/** Reads until the buffer is full or the file ends; returns the number of bytes. One read may return fewer. */
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
