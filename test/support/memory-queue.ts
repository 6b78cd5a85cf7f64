import type { ReceivedMessage, StorageQueue } from "../../local/host/queues/storage-queue.ts";
import type { Clock } from "../../shared/lib/clock.ts";

interface StoredMessage {
  readonly id: string;
  readonly text: string;
  popReceipt: string;
  dequeueCount: number;
  visibleAt: number;
}

export interface MemoryQueue extends StorageQueue {
  /** Texts of all messages, hidden ones included. */
  texts(): readonly string[];
  /** Sends text in base64, as the host expects it. */
  put(text: string): Promise<void>;
  /** Arguments of all `receive` calls. */
  readonly receives: readonly { readonly count: number; readonly visibilityMs: number }[];
  /** Visibility timeouts of all `update` calls. */
  readonly updates: readonly number[];
  /** While true, every call fails. */
  broken: boolean;
}

/** An in-memory queue with the pop receipts and visibility timeouts of Azure Storage. */
export function createMemoryQueue(name: string, clock: Clock): MemoryQueue {
  let messages: StoredMessage[] = [];
  let counter = 0;
  const receives: { count: number; visibilityMs: number }[] = [];
  const updates: number[] = [];
  const own = ({ id, popReceipt }: ReceivedMessage) =>
    messages.find((message) => message.id === id && message.popReceipt === popReceipt);
  const throwIfBroken = () => {
    if (queue.broken) throw new Error("The storage account cannot be reached.");
  };
  const queue: MemoryQueue = {
    name,
    receives,
    updates,
    broken: false,
    texts: () => messages.map(({ text }) => text),
    put: (text) => queue.send(Buffer.from(text).toString("base64")),
    send: async (text) => {
      throwIfBroken();
      counter += 1;
      messages.push({
        id: `message-${counter}`,
        text,
        popReceipt: "",
        dequeueCount: 0,
        visibleAt: clock.now().getTime(),
      });
    },
    receive: async (count, visibilityMs) => {
      throwIfBroken();
      receives.push({ count, visibilityMs });
      const visible = messages.filter(({ visibleAt }) => visibleAt <= clock.now().getTime()).slice(0, count);
      return visible.map((message) => {
        counter += 1;
        Object.assign(message, {
          popReceipt: `receipt-${counter}`,
          dequeueCount: message.dequeueCount + 1,
          visibleAt: clock.now().getTime() + visibilityMs,
        });
        const times = { insertedOn: new Date(0), expiresOn: new Date(1), nextVisibleOn: new Date(message.visibleAt) };
        return {
          id: message.id,
          popReceipt: message.popReceipt,
          text: message.text,
          dequeueCount: message.dequeueCount,
          ...times,
        };
      });
    },
    update: async (message, visibilityMs) => {
      throwIfBroken();
      const found = own(message);
      if (found === undefined) return undefined;
      counter += 1;
      updates.push(visibilityMs);
      Object.assign(found, { popReceipt: `receipt-${counter}`, visibleAt: clock.now().getTime() + visibilityMs });
      return found.popReceipt;
    },
    remove: async (message) => {
      throwIfBroken();
      const found = own(message);
      messages = messages.filter((other) => other !== found);
    },
  };
  return queue;
}
