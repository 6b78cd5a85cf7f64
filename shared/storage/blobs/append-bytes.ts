import type { AppendBlobClient } from "@azure/storage-blob";
import { isServiceError } from "../../core/errors.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import { isRefusal, type StorageCall, unlessMissing } from "../account/call.ts";

/** Both Azurite and every API version take so much in one block. */
const blockBytes = 4 * 1024 * 1024;
const maxAttempts = 5;

/**
 * Adds bytes to an append blob so that they begin at `offset`: what of them is there already, after a try whose answer was
 * lost, is not written twice. `create` makes the blob unless it is there. @throws Error when there is a gap before `offset`.
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
  // Those that begin a file are nearly always its first, so it is made without a look.
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
      const found = await unlessMissing(
        call(`look at ${name}`, (abortSignal) => blob.getProperties({ abortSignal }), options),
      );
      const size = found?.contentLength ?? 0;
      if (size < offset + done)
        throw new Error(`${name} has ${size} bytes; to go on at ${offset + done} would leave a gap.`, { cause: error });
      done = size - offset;
    }
  }
}
