/** The queue port of the host and its adapter for Azure Storage. */
import type { QueueClient } from "@azure/storage-queue";
import type { ServiceConnection } from "../settings/settings.ts";
import { storageClientOptions } from "../settings/storage-client-options.ts";

export interface ReceivedMessage {
  readonly id: string;
  popReceipt: string;
  /** Encoded text, as stored in the queue. */
  readonly text: string;
  readonly dequeueCount: number;
  readonly insertedOn: Date;
  readonly expiresOn: Date;
  readonly nextVisibleOn: Date;
}

/** One queue. Times are in milliseconds. */
export interface StorageQueue {
  readonly name: string;
  /** Receives messages; none if the queue does not exist. */
  receive(count: number, visibilityMs: number): Promise<readonly ReceivedMessage[]>;
  /** Sets the visibility timeout. @returns the new pop receipt; undefined if another receiver has the message. */
  update(message: ReceivedMessage, visibilityMs: number): Promise<string | undefined>;
  /** Deletes a message; does nothing if another receiver has it. */
  remove(message: ReceivedMessage): Promise<void>;
  /** Sends a message; creates the queue if it does not exist. */
  send(text: string): Promise<void>;
}

/** Short, because polling stops while a call waits for a response. */
const callTimeoutMs = 10_000;

/** Opens a queue of a storage account; every call ends within 10 s. */
export async function openQueue(connection: ServiceConnection, name: string): Promise<StorageQueue> {
  const client = await connect(connection, name);
  const limit = () => ({ abortSignal: AbortSignal.timeout(callTimeoutMs) });
  return {
    name,
    receive: async (count, visibilityMs) => {
      const response = await client
        .receiveMessages({ numberOfMessages: count, visibilityTimeout: seconds(visibilityMs), ...limit() })
        .catch(onStatus<{ receivedMessageItems: [] }>([404], { receivedMessageItems: [] }));
      return response.receivedMessageItems.map((item) => ({
        id: item.messageId,
        popReceipt: item.popReceipt,
        text: item.messageText,
        dequeueCount: item.dequeueCount,
        insertedOn: item.insertedOn,
        expiresOn: item.expiresOn,
        nextVisibleOn: item.nextVisibleOn,
      }));
    },
    update: async ({ id, popReceipt }, visibilityMs) => {
      // Without a text, only the visibility changes.
      const response = await client
        .updateMessage(id, popReceipt, undefined, seconds(visibilityMs), limit())
        .catch(onStatus([400, 404], undefined));
      return response?.popReceipt;
    },
    remove: async ({ id, popReceipt }) => {
      await client.deleteMessage(id, popReceipt, limit()).catch(onStatus([400, 404], undefined));
    },
    send: async (text) => {
      try {
        await client.sendMessage(text, { messageTimeToLive: -1, ...limit() });
      } catch (error) {
        if ((error as { statusCode?: number }).statusCode !== 404) throw error;
        await client.createIfNotExists(limit());
        await client.sendMessage(text, { messageTimeToLive: -1, ...limit() });
      }
    },
  };
}

const seconds = (ms: number) => Math.ceil(ms / 1000);

/** Handles errors with one of `statusCodes` by returning `value`, and rethrows others. */
function onStatus<T>(statusCodes: readonly number[], value: T): (error: { statusCode?: number }) => T {
  return (error) => {
    if (error.statusCode !== undefined && statusCodes.includes(error.statusCode)) return value;
    throw error;
  };
}

async function connect(connection: ServiceConnection, name: string): Promise<QueueClient> {
  const { QueueClient, QueueServiceClient } = await import("@azure/storage-queue");
  const options = storageClientOptions(connection);
  if ("connectionString" in connection) return new QueueClient(connection.connectionString, name, options);
  return new QueueServiceClient(connection.uri, await connection.credential(), options).getQueueClient(name);
}
