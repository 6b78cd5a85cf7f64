import type { AppendBlobClient } from "@azure/storage-blob";
import { isServiceError } from "../../core/errors.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import type { StorageCall } from "../account/storage-call.ts";
import { isErrorResponse, undefinedIfNotFound } from "../account/storage-refusal.ts";

/** The largest block that Azurite and all API versions accept. */
const blockBytes = 4 * 1024 * 1024;
const maxAttempts = 5;

/**
 * Appends bytes to a blob at `offset`. Bytes that an earlier attempt already appended are skipped.
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
  let written = 0;
  // The blob rarely exists at the first append, so it is created without a check.
  if (offset === 0 && bytes.length > 0) await create();
  for (let attempt = 1; written < bytes.length; attempt += 1) {
    const part = bytes.subarray(written, written + blockBytes);
    const conditions = { appendPosition: offset + written };
    try {
      await call(
        `append to ${name}`,
        (abortSignal) => blob.appendBlock(part, part.length, { abortSignal, conditions }),
        { ...options, bytes: part.length },
      );
      written += part.length;
      attempt = 0;
    } catch (error) {
      if (attempt === maxAttempts || !(isErrorResponse(error, 404) || isServiceError(error, "conflict"))) throw error;
      const properties = await undefinedIfNotFound(
        call(`get the size of ${name}`, (abortSignal) => blob.getProperties({ abortSignal }), options),
      );
      const size = properties?.contentLength ?? 0;
      if (size < offset + written)
        throw new Error(`${name} has ${size} bytes; an append at ${offset + written} would leave a gap.`, {
          cause: error,
        });
      written = size - offset;
    }
  }
}
