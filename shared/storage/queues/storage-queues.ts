import type { QueueClient } from "@azure/storage-queue";
import type { InboxQueue } from "../../core/ports/inbox-ports.ts";
import type { Queues, SendOptions } from "../../core/ports/storage-ports.ts";
import { withTraceparent } from "../../core/records/messages.ts";
import { defined } from "../../lib/defined.ts";
import { callWith } from "../account/client-call.ts";
import { createParentIfMissing } from "../account/create-parent-if-missing.ts";
import type { StorageResource } from "../account/storage-account.ts";
import type { StorageCall } from "../account/storage-call.ts";
import { undefinedIfNotFound } from "../account/storage-refusal.ts";
import { createQueue } from "./create-queue.ts";

export interface QueueResources {
  readonly dispatch: StorageResource<QueueClient>;
  readonly updates: StorageResource<QueueClient>;
}

/**
 * Sends messages as base64 JSON, the encoding of the queue triggers. They never expire, so that a service can continue
 * after a long downtime.
 */
export function createStorageQueues({ dispatch, updates }: QueueResources, call: StorageCall): Queues {
  const send = createSend(call);
  return {
    sendDispatch: (message, options) => send(dispatch, withTraceparent(message, options), options),
    sendUpdate: (message, options) => send(updates, withTraceparent(message, options), options),
    ready: async (options) => {
      await undefinedIfNotFound(
        callWith(dispatch, call)(
          `read the properties of queue ${dispatch.name}`,
          (client, abortSignal) => client.getProperties({ abortSignal }),
          options,
        ),
      );
    },
  };
}

const weekSeconds = 7 * 24 * 3600;

export function createStorageInboxQueue(
  events: StorageResource<QueueClient>,
  poison: StorageResource<QueueClient>,
  call: StorageCall,
): InboxQueue {
  const send = createSend(call);
  return {
    async length(options) {
      const properties = callWith(events, call)(
        `read the length of queue ${events.name}`,
        (client, abortSignal) => client.getProperties({ abortSignal }),
        options,
      );
      return (await undefinedIfNotFound(properties))?.approximateMessagesCount ?? 0;
    },
    enqueue: (message, options) => send(events, message, options),
    sendToPoison: (message, options) => send(poison, message, options, weekSeconds),
  };
}

function createSend(call: StorageCall) {
  return async (
    queue: StorageResource<QueueClient>,
    message: unknown,
    options?: SendOptions,
    messageTimeToLive = -1,
  ): Promise<void> => {
    const text = Buffer.from(JSON.stringify(message)).toString("base64");
    const settings = { messageTimeToLive, ...defined({ visibilityTimeout: options?.delaySeconds }) };
    await createParentIfMissing(
      () => createQueue(queue, call, options),
      () =>
        callWith(queue, call)(
          `send to queue ${queue.name}`,
          (client, abortSignal) => client.sendMessage(text, { abortSignal, ...settings }),
          options,
        ),
    );
  };
}
