import type { TableClient } from "@azure/data-tables";
import type { ContainerClient } from "@azure/storage-blob";
import type { QueueClient } from "@azure/storage-queue";
import type { CallOptions } from "../core/ports/ports.ts";
import type { StorageProbe } from "../core/ports/storage-ports.ts";
import { callWith } from "./account/client-call.ts";
import { createParentIfMissing } from "./account/create-parent-if-missing.ts";
import type { StorageResource } from "./account/storage-account.ts";
import type { StorageCall } from "./account/storage-call.ts";
import { undefinedIfNotFound } from "./account/storage-refusal.ts";
import { createContainer } from "./blobs/create-container.ts";
import { createQueue } from "./queues/create-queue.ts";
import { createTable } from "./tables/create-table.ts";

export interface ProbeResources {
  readonly container: StorageResource<ContainerClient>;
  readonly table: StorageResource<TableClient>;
  /** A queue that no function consumes. */
  readonly queue: StorageResource<QueueClient>;
}

/** Not a valid job name. */
const name = "_readiness";
/** More than a disk page, because fewer bytes may fit in the last page of a file on a full disk. */
const content = Buffer.alloc(8192, ".");
/** Lifetime of a message that could not be deleted. */
const messageSeconds = 60;

/** Each write replaces the same blob and row, and sends a message that is deleted at once. */
export function createStorageProbe({ container, table, queue }: ProbeResources, call: StorageCall): StorageProbe {
  const callContainer = callWith(container, call);
  const callTable = callWith(table, call);
  const callQueue = callWith(queue, call);

  async function writeBlob(options: CallOptions): Promise<void> {
    const upload = (client: ContainerClient, abortSignal: AbortSignal) =>
      client.getBlockBlobClient(name).upload(content, content.length, { abortSignal });
    await createParentIfMissing(
      () => createContainer(container, call, options),
      () => callContainer(`write ${container.name}/${name}`, upload, { ...options, maxTries: 1 }),
    );
  }

  async function writeRow(options: CallOptions): Promise<void> {
    const upsert = (client: TableClient, abortSignal: AbortSignal) =>
      client.upsertEntity({ partitionKey: name, rowKey: name }, "Replace", { abortSignal });
    await createParentIfMissing(
      () => createTable(table, call, options),
      () => callTable(`write row ${name} of table ${table.name}`, upsert, { ...options, maxTries: 1 }),
    );
  }

  async function writeMessage(options: CallOptions): Promise<void> {
    const send = (client: QueueClient, abortSignal: AbortSignal) =>
      client.sendMessage(content.toString("base64"), { abortSignal, messageTimeToLive: messageSeconds });
    const { messageId, popReceipt } = await createParentIfMissing(
      () => createQueue(queue, call, options),
      () => callQueue(`send to queue ${queue.name}`, send, { ...options, maxTries: 1 }),
    );
    const remove = (client: QueueClient, abortSignal: AbortSignal) =>
      client.deleteMessage(messageId, popReceipt, { abortSignal });
    await undefinedIfNotFound(callQueue(`delete from queue ${queue.name}`, remove, options));
  }

  return {
    async write(options = {}) {
      await Promise.all([writeBlob(options), writeRow(options), writeMessage(options)]);
    },
  };
}
