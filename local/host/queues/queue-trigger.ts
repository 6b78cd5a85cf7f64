/** The queue trigger: receives, and decides what becomes of a message. @see https://learn.microsoft.com/azure/azure-functions/functions-bindings-storage-queue-trigger */

import type { TriggerInput } from "../app/invocation.ts";
import type { Listener } from "../listener.ts";
import type { HostJson } from "../settings/host-json.ts";
import { backOffMs, randomJitter } from "./back-off.ts";
import { type LeasePorts, startLeaseRenewal } from "./message-lease.ts";
import { decodeMessage, queueMetadata } from "./queue-message.ts";
import type { ReceivedMessage, StorageQueue } from "./storage-queue.ts";

export interface QueueTriggerOptions extends LeasePorts {
  readonly poisonQueue: StorageQueue | undefined;
  readonly settings: HostJson["extensions"]["queues"];
  readonly jitter?: () => number;
  /** Rejects when the function failed. */
  run(value: TriggerInput): Promise<unknown>;
}

export interface QueueListener extends Listener {
  /** Looks at once, as the real host does when it has written to the queue itself. */
  wake(): void;
}

const leastPollMs = 100;

/** Starts to listen to a queue. One that does not exist is waited for, not created. */
export function listenToQueue(options: QueueTriggerOptions): QueueListener {
  const { queue, settings, clock, log, jitter = randomJitter } = options;
  // Half a batch for each core; a Consumption or Flex instance counts as one.
  const threshold = settings.newBatchThreshold ?? Math.floor(settings.batchSize / 2);
  const running = new Set<Promise<void>>();
  let stopped = false;
  let nudge = new AbortController();
  // One waiter at a time; a race with a promise that lives as long as the host would keep every loser.
  let somethingEnded = () => {};
  // Said once: the looks go on, and an outage of an hour would else be thousands of lines.
  let unreadable = false;

  async function receive(): Promise<number> {
    try {
      const messages = await queue.receive(settings.batchSize, options.leaseMs);
      if (unreadable) log("warning", "Host.Queues", `Queue ${queue.name} can be read again.`);
      unreadable = false;
      for (const message of messages) {
        const work: Promise<void> = handleMessage(options, message)
          .catch((error: Error) =>
            log("error", "Host.Queues", `A message of queue ${queue.name} could not be finished: ${error.message}`),
          )
          .finally(() => {
            running.delete(work);
            somethingEnded();
          });
        running.add(work);
      }
      return messages.length;
    } catch (error) {
      log(
        unreadable ? "debug" : "warning",
        "Host.Queues",
        `Queue ${queue.name} cannot be read: ${(error as Error).message}`,
      );
      unreadable = true;
      return 0;
    }
  }

  async function roomForMore(): Promise<void> {
    while (running.size > threshold && !stopped) {
      await new Promise<void>((resolve) => {
        somethingEnded = resolve;
      });
    }
  }

  async function loop(): Promise<void> {
    let emptyLooks = 0;
    while (!stopped) {
      nudge = new AbortController();
      if ((await receive()) > 0) {
        emptyLooks = 0;
        await roomForMore();
      } else if (!stopped) {
        await clock.sleep(backOffMs(emptyLooks, leastPollMs, settings.maxPollingInterval, jitter()), nudge.signal);
        emptyLooks = nudge.signal.aborted ? 0 : emptyLooks + 1;
      }
    }
  }

  const looping = loop();
  return {
    wake: () => nudge.abort(),
    stop: async () => {
      stopped = true;
      nudge.abort();
      somethingEnded();
      await looping;
      await Promise.all(running);
    },
  };
}

async function handleMessage(options: QueueTriggerOptions, message: ReceivedMessage): Promise<void> {
  const { queue, settings } = options;
  const text = decodeMessage(message.text, settings.messageEncoding);
  if (text === undefined || message.dequeueCount > settings.maxDequeueCount) return toPoison(options, message);
  const lease = startLeaseRenewal(options, message);
  let failed = false;
  try {
    await options.run({
      data: { string: text },
      metadata: queueMetadata(message, text),
      reason: `New queue message detected on '${queue.name}'.`,
    });
  } catch {
    // The invocation has logged why.
    failed = true;
  }
  await lease.stop();
  if (!failed) await queue.remove(message);
  else if (message.dequeueCount >= settings.maxDequeueCount) await toPoison(options, message);
  else await queue.update(message, settings.visibilityTimeout);
}

/** Without a poison queue the message stays hidden until its lease is over. */
async function toPoison(
  { queue, poisonQueue, settings, log }: QueueTriggerOptions,
  message: ReceivedMessage,
): Promise<void> {
  if (poisonQueue === undefined) return;
  // The real host says this also of a message that it could not decode.
  log(
    "warning",
    "Host.Queues",
    `Message has reached MaxDequeueCount of ${settings.maxDequeueCount}. Moving message to queue '${poisonQueue.name}'.`,
  );
  await poisonQueue.send(message.text);
  await queue.remove(message);
}
