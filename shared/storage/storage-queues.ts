import type { QueueClient } from "@azure/storage-queue";
import type { CallOptions, Queues } from "../core/ports.ts";
import type { Place } from "./account.ts";
import { makingParent, type StorageCall } from "./call.ts";

export interface QueueClients {
  readonly dispatch: Place<QueueClient>;
  readonly updates: Place<QueueClient>;
}

/** Messages as base64 JSON, as the queue triggers read them. They never expire: a service that was down for long goes on. */
export function createStorageQueues({ dispatch, updates }: QueueClients, call: StorageCall): Queues {
  return {
    sendDispatch: (message, options) => send(dispatch, message, options),
    sendUpdate: (message, options) => send(updates, message, options),
  };

  async function send(queue: Place<QueueClient>, message: unknown, options?: CallOptions): Promise<void> {
    const text = Buffer.from(JSON.stringify(message)).toString("base64");
    await makingParent(
      () => call(`make queue ${queue.name}`, async (abortSignal) => (await queue.client()).createIfNotExists({ abortSignal }), options),
      () =>
        call(`send to queue ${queue.name}`, async (abortSignal) => (await queue.client()).sendMessage(text, { abortSignal, messageTimeToLive: -1 }), options),
    );
  }
}
