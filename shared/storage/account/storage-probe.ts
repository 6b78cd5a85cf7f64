import type { TableClient } from "@azure/data-tables";
import type { ContainerClient } from "@azure/storage-blob";
import type { QueueClient } from "@azure/storage-queue";
import type { StorageProbe } from "../../core/ports/storage-ports.ts";
import { createContainer } from "../blobs/text-blobs.ts";
import { createTable } from "../tables/create-table.ts";
import { callWith } from "./client-call.ts";
import { createParentIfMissing } from "./create-parent-if-missing.ts";
import type { StorageResource } from "./storage-account.ts";
import type { StorageCall, StorageCallOptions } from "./storage-call.ts";
import { undefinedIfNotFound } from "./storage-refusal.ts";

export interface ProbeResources {
  readonly container: StorageResource<ContainerClient>;
  readonly table: StorageResource<TableClient>;
  /** A queue without readers. */
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
  const blobs = callWith(container, call);
  const tables = callWith(table, call);
  const queues = callWith(queue, call);
  return {
    async write(options = {}) {
      const once: StorageCallOptions = { ...options, maxTries: 1 };
      const blob = createParentIfMissing(
        () => createContainer(container, call, options),
        () =>
          blobs(
            `write ${container.name}/${name}`,
            (client, abortSignal) => client.getBlockBlobClient(name).upload(content, content.length, { abortSignal }),
            once,
          ),
      );
      const row = createParentIfMissing(
        () => createTable(table, call, options),
        () =>
          tables(
            `write row ${name} of table ${table.name}`,
            (client, abortSignal) =>
              client.upsertEntity({ partitionKey: name, rowKey: name }, "Replace", { abortSignal }),
            once,
          ),
      );
      const settings = { messageTimeToLive: messageSeconds };
      const message = createParentIfMissing(
        () =>
          queues(
            `create queue ${queue.name}`,
            (client, abortSignal) => client.createIfNotExists({ abortSignal }),
            options,
          ),
        () =>
          queues(
            `send to queue ${queue.name}`,
            (client, abortSignal) => client.sendMessage(content.toString("base64"), { abortSignal, ...settings }),
            once,
          ),
      ).then(({ messageId, popReceipt }) =>
        undefinedIfNotFound(
          queues(
            `delete from queue ${queue.name}`,
            (client, abortSignal) => client.deleteMessage(messageId, popReceipt, { abortSignal }),
            options,
          ),
        ),
      );
      await Promise.all([blob, row, message]);
    },
  };
}
