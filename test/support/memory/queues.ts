import type { Queues } from "../../../shared/core/ports/storage-ports.ts";
import { type DispatchMessage, type UpdateMessage, withTraceparent } from "../../../shared/core/records/messages.ts";
import { checkSignal } from "./port-rules.ts";

export interface MemoryQueues extends Queues {
  /** The waiting messages. */
  readonly dispatches: DispatchMessage[];
  readonly updates: UpdateMessage[];
  /**
   * Delivers all waiting messages, oldest first, and messages that are enqueued meanwhile. A message is lost if its
   * handler throws.
   */
  deliver(handlers: {
    dispatch?: (message: DispatchMessage) => Promise<unknown>;
    update?: (message: UpdateMessage) => Promise<unknown>;
  }): Promise<void>;
}

/** Queues in memory. */
export function createMemoryQueues(): MemoryQueues {
  const dispatches: DispatchMessage[] = [];
  const updates: UpdateMessage[] = [];
  return {
    dispatches,
    updates,
    async sendDispatch(message, options) {
      checkSignal(options);
      dispatches.push(structuredClone(withTraceparent(message, options)));
    },
    async sendUpdate(message, options) {
      checkSignal(options);
      updates.push(structuredClone(withTraceparent(message, options)));
    },
    async ready(options) {
      checkSignal(options);
    },
    async deliver({ dispatch, update }) {
      for (let message = dispatch && dispatches.shift(); message !== undefined; message = dispatches.shift())
        await dispatch?.(message).catch(() => undefined);
      for (let message = update && updates.shift(); message !== undefined; message = updates.shift())
        await update?.(message).catch(() => undefined);
    },
  };
}
