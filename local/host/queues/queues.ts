/** The queues of a host, with one client each. A send notifies the listener of the queue, so that it polls at once. */
import { type Environment, resolveConnection } from "../settings/settings.ts";
import { openQueue, type StorageQueue } from "./storage-queue.ts";

export interface Queues {
  open(connection: string | undefined, name: string): Promise<StorageQueue>;
  /** Calls `callback` after each message that the host sends to the queue. */
  onSend(queueName: string, callback: () => void): void;
}

/** Listeners are found by queue name only, as in SharedQueueWatcher. @see https://github.com/Azure/azure-sdk-for-net */
export function createQueues(env: Environment): Queues {
  const opened = new Map<string, Promise<StorageQueue>>();
  const listeners = new Map<string, (() => void)[]>();
  const open = async (connection: string | undefined, name: string): Promise<StorageQueue> => {
    const queue = await openQueue(resolveConnection(connection, "queue", env), name);
    return {
      ...queue,
      send: async (text) => {
        await queue.send(text);
        for (const callback of listeners.get(name) ?? []) callback();
      },
    };
  };
  return {
    open: (connection, name) => {
      const key = `${connection ?? ""}/${name}`;
      const queue = opened.get(key) ?? open(connection, name);
      opened.set(key, queue);
      // A failure is not cached, because the setting of the connection may exist at the next call.
      queue.catch(() => opened.delete(key));
      return queue;
    },
    onSend: (queueName, callback) => {
      listeners.set(queueName, [...(listeners.get(queueName) ?? []), callback]);
    },
  };
}
