import type { QueueClient } from "@azure/storage-queue";
import type { CallOptions } from "../../core/ports/ports.ts";
import { callWith } from "../account/client-call.ts";
import type { StorageResource } from "../account/storage-account.ts";
import type { StorageCall } from "../account/storage-call.ts";

/** Creates the queue; succeeds if it exists. */
export async function createQueue(
  queue: StorageResource<QueueClient>,
  call: StorageCall,
  options?: CallOptions,
): Promise<void> {
  await callWith(queue, call)(
    `create queue ${queue.name}`,
    (client, abortSignal) => client.createIfNotExists({ abortSignal }),
    options,
  );
}
