/** The queues of a host: one client each, and word to a listener when the host itself writes to its queue. */
import { type Environment, resolveConnection } from "../settings/settings.ts";
import { openQueue, type StorageQueue } from "./storage-queue.ts";

export interface Queues {
  open(connection: string | undefined, name: string): Promise<StorageQueue>;
  /** `wake` is called after each message that the host sends to the queue. */
  onSend(queueName: string, wake: () => void): void;
}

/** @see https://github.com/Azure/azure-sdk-for-net SharedQueueWatcher, which knows queues by their name alone too. */
export function createQueues(env: Environment): Queues {
  const opened = new Map<string, Promise<StorageQueue>>();
  const watchers = new Map<string, (() => void)[]>();
  const open = async (connection: string | undefined, name: string): Promise<StorageQueue> => {
    const queue = await openQueue(resolveConnection(connection, "queue", env), name);
    return {
      ...queue,
      send: async (text) => {
        await queue.send(text);
        for (const wake of watchers.get(name) ?? []) wake();
      },
    };
  };
  return {
    open: (connection, name) => {
      const key = `${connection ?? ""}/${name}`;
      const known = opened.get(key) ?? open(connection, name);
      opened.set(key, known);
      // A connection that is missing now may be there next time.
      known.catch(() => opened.delete(key));
      return known;
    },
    onSend: (queueName, wake) => {
      watchers.set(queueName, [...(watchers.get(queueName) ?? []), wake]);
    },
  };
}
