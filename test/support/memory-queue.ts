import type { Clock } from "../../local/host/clock.ts";
import type { ReceivedMessage, StorageQueue } from "../../local/host/queues/storage-queue.ts";

interface Kept {
  readonly id: string;
  readonly text: string;
  popReceipt: string;
  dequeueCount: number;
  visibleAt: number;
}

export interface MemoryQueue extends StorageQueue {
  /** Texts of all messages, hidden ones included. */
  texts(): readonly string[];
  /** Sends text that is encoded as the host expects it. */
  put(text: string): Promise<void>;
  /** Counts of messages asked for, and for how long they were to be hidden. */
  readonly receives: readonly { readonly count: number; readonly visibilityMs: number }[];
  /** Visibility times that messages were given later. */
  readonly updates: readonly number[];
  /** While set, every call fails. */
  broken: boolean;
}

/** A queue as the storage service keeps it: receipts that wear out, messages that are hidden for a while. */
export function createMemoryQueue(name: string, clock: Clock): MemoryQueue {
  let kept: Kept[] = [];
  let counter = 0;
  const receives: { count: number; visibilityMs: number }[] = [];
  const updates: number[] = [];
  const own = ({ id, popReceipt }: ReceivedMessage) =>
    kept.find((message) => message.id === id && message.popReceipt === popReceipt);
  const insistWhole = () => {
    if (queue.broken) throw new Error("The storage account is out of reach.");
  };
  const queue: MemoryQueue = {
    name,
    receives,
    updates,
    broken: false,
    texts: () => kept.map(({ text }) => text),
    put: (text) => queue.send(Buffer.from(text).toString("base64")),
    send: async (text) => {
      insistWhole();
      counter += 1;
      kept.push({ id: `message-${counter}`, text, popReceipt: "", dequeueCount: 0, visibleAt: clock.now() });
    },
    receive: async (count, visibilityMs) => {
      insistWhole();
      receives.push({ count, visibilityMs });
      const visible = kept.filter(({ visibleAt }) => visibleAt <= clock.now()).slice(0, count);
      return visible.map((message) => {
        counter += 1;
        Object.assign(message, {
          popReceipt: `receipt-${counter}`,
          dequeueCount: message.dequeueCount + 1,
          visibleAt: clock.now() + visibilityMs,
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
      insistWhole();
      const found = own(message);
      if (found === undefined) return undefined;
      counter += 1;
      updates.push(visibilityMs);
      Object.assign(found, { popReceipt: `receipt-${counter}`, visibleAt: clock.now() + visibilityMs });
      return found.popReceipt;
    },
    remove: async (message) => {
      insistWhole();
      const found = own(message);
      kept = kept.filter((other) => other !== found);
    },
  };
  return queue;
}
