import type { Clock } from "../../../shared/lib/clock.ts";
import type { HostLog } from "../host-log.ts";
import type { ReceivedMessage, StorageQueue } from "./storage-queue.ts";

export interface LeasePorts {
  readonly queue: StorageQueue;
  /** Time for which a message is hidden while its function runs, between two renewals. */
  readonly leaseMs: number;
  readonly clock: Clock;
  readonly log: HostLog;
}

const maxRetryMs = 60_000;

/**
 * Keeps a message hidden while its function runs: renews it after half of the lease, earlier after an error, and stops
 * when another receiver has the message. Each renewal invalidates the pop receipt; the new one is stored in `message`.
 */
export function startLeaseRenewal(
  { queue, leaseMs, clock, log }: LeasePorts,
  message: ReceivedMessage,
): { stop(): Promise<void> } {
  const stopping = new AbortController();
  async function renew(): Promise<void> {
    let waitMs = leaseMs / 2;
    for (;;) {
      await clock.sleep(waitMs, stopping.signal);
      if (stopping.signal.aborted) return;
      try {
        const popReceipt = await queue.update(message, leaseMs);
        if (popReceipt === undefined) {
          log(
            "warning",
            "Host.Queues",
            `Message ${message.id} of queue ${queue.name} was delivered to another receiver.`,
          );
          return;
        }
        message.popReceipt = popReceipt;
        waitMs = leaseMs / 2;
      } catch (error) {
        log(
          "warning",
          "Host.Queues",
          `The lease of message ${message.id} of queue ${queue.name} was not renewed: ${(error as Error).message}`,
        );
        waitMs = Math.min(leaseMs / 10, maxRetryMs);
      }
    }
  }
  const renewing = renew();
  return {
    stop: async () => {
      stopping.abort();
      await renewing;
    },
  };
}
