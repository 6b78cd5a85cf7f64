import type { AppendBlobClient } from "@azure/storage-blob";
import { isServiceError } from "../../core/errors.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import type { StorageCall } from "../account/storage-call.ts";
import { isRefusal, undefinedIfNotFound } from "../account/storage-refusal.ts";

/** The largest block that Azurite and all API versions accept. */
const blockBytes = 4 * 1024 * 1024;
const maxAttempts = 5;

/**
 * Appends bytes to a blob so that they begin at `offset`. Bytes that the blob already has, from a try whose response
 * was lost, are not written again.
 * @param create creates the blob unless it exists.
 * @throws Error for a blob shorter than `offset`.
 */
export async function appendBytes(
  blob: AppendBlobClient,
  call: StorageCall,
  offset: number,
  bytes: Uint8Array,
  create: () => Promise<void>,
  options: CallOptions = {},
): Promise<void> {
  const name = `${blob.containerName}/${blob.name}`;
  let done = 0;
  // The first bytes of a file nearly always come before the blob exists, so it is created without a check.
  if (offset === 0 && bytes.length > 0) await create();
  for (let attempt = 1; done < bytes.length; attempt += 1) {
    const part = bytes.subarray(done, done + blockBytes);
    const conditions = { appendPosition: offset + done };
    try {
      await call(
        `append to ${name}`,
        (abortSignal) => blob.appendBlock(part, part.length, { abortSignal, conditions }),
        { ...options, bytes: part.length },
      );
      done += part.length;
      attempt = 0;
    } catch (error) {
      if (attempt === maxAttempts || !(isRefusal(error, 404) || isServiceError(error, "conflict"))) throw error;
      const found = await undefinedIfNotFound(
        call(`get the size of ${name}`, (abortSignal) => blob.getProperties({ abortSignal }), options),
      );
      const size = found?.contentLength ?? 0;
      if (size < offset + done)
        throw new Error(`${name} has ${size} bytes; an append at ${offset + done} would leave a gap.`, {
          cause: error,
        });
      done = size - offset;
    }
  }
}
