import type { Clock } from "../../../shared/lib/clock.ts";
import type { HostLog } from "../host-log.ts";
import type { ReceivedMessage, StorageQueue } from "./storage-queue.ts";

export interface LeasePorts {
  readonly queue: StorageQueue;
  /** For how long a message is hidden while its function runs. */
  readonly leaseMs: number;
  readonly clock: Clock;
  readonly log: HostLog;
}

const afterErrorMs = 60_000;

/**
 * Keeps a message hidden while its function runs: renews at half of the lease, sooner after an error, and ends when the message is another receiver's.
 * Each renewal gives a new pop receipt, the only one that works from then on; it is kept in `message`.
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
            `Message ${message.id} of queue ${queue.name} belongs to another receiver now.`,
          );
          return;
        }
        message.popReceipt = popReceipt;
        waitMs = leaseMs / 2;
      } catch (error) {
        log(
          "warning",
          "Host.Queues",
          `Message ${message.id} of queue ${queue.name} could not be renewed: ${(error as Error).message}`,
        );
        waitMs = Math.min(leaseMs / 10, afterErrorMs);
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
