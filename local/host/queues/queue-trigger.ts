/**
 * The queue trigger: receives messages, runs the function, then deletes, retries or moves each message to the poison
 * queue.
 * @see https://learn.microsoft.com/azure/azure-functions/functions-bindings-storage-queue-trigger
 */
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
  /** Runs the function. @throws if it fails. */
  run(input: TriggerInput): Promise<unknown>;
}

export interface QueueListener extends Listener {
  /** Polls at once, as the real host does after it has written to the queue itself. */
  pollNow(): void;
}

const minPollMs = 100;

/** Starts to poll a queue. A missing queue is polled too, but not created. */
export function listenToQueue(options: QueueTriggerOptions): QueueListener {
  const { queue, settings, clock, log, jitter = randomJitter } = options;
  // As in the real host on one core, which a Consumption or Flex instance has.
  const threshold = settings.newBatchThreshold ?? Math.floor(settings.batchSize / 2);
  const running = new Set<Promise<void>>();
  let stopped = false;
  let wakeUp = new AbortController();
  // A callback, because each Promise.race with a promise that lasts as long as the host would leak memory.
  let onMessageDone = () => {};
  // Warns once per outage, because a warning for each poll would be thousands of lines per hour.
  let isFailing = false;

  async function receive(): Promise<number> {
    try {
      const messages = await queue.receive(settings.batchSize, options.leaseMs);
      if (isFailing) log("warning", "Host.Queues", `Queue ${queue.name} can be read again.`);
      isFailing = false;
      for (const message of messages) {
        const work: Promise<void> = handleMessage(options, message)
          .catch((error: Error) =>
            log(
              "error",
              "Host.Queues",
              `A message of queue ${queue.name} could not be deleted or moved: ${error.message}`,
            ),
          )
          .finally(() => {
            running.delete(work);
            onMessageDone();
          });
        running.add(work);
      }
      return messages.length;
    } catch (error) {
      const level = isFailing ? "debug" : "warning";
      log(level, "Host.Queues", `Queue ${queue.name} cannot be read: ${(error as Error).message}`);
      isFailing = true;
      return 0;
    }
  }

  async function waitForCapacity(): Promise<void> {
    while (running.size > threshold && !stopped) {
      await new Promise<void>((resolve) => {
        onMessageDone = resolve;
      });
    }
  }

  async function loop(): Promise<void> {
    let emptyPolls = 0;
    while (!stopped) {
      wakeUp = new AbortController();
      if ((await receive()) > 0) {
        emptyPolls = 0;
        await waitForCapacity();
      } else if (!stopped) {
        await clock.sleep(backOffMs(emptyPolls, minPollMs, settings.maxPollingInterval, jitter()), wakeUp.signal);
        emptyPolls = wakeUp.signal.aborted ? 0 : emptyPolls + 1;
      }
    }
  }

  const looping = loop();
  return {
    pollNow: () => wakeUp.abort(),
    stop: async () => {
      stopped = true;
      wakeUp.abort();
      onMessageDone();
      await looping;
      await Promise.all(running);
    },
  };
}

async function handleMessage(options: QueueTriggerOptions, message: ReceivedMessage): Promise<void> {
  const { queue, settings } = options;
  const text = decodeMessage(message.text, settings.messageEncoding);
  if (text === undefined || message.dequeueCount > settings.maxDequeueCount) return moveToPoison(options, message);
  const lease = startLeaseRenewal(options, message);
  let failed = false;
  try {
    await options.run({
      data: { string: text },
      metadata: queueMetadata(message, text),
      reason: `New queue message detected on '${queue.name}'.`,
    });
  } catch {
    // The error was logged by the invocation.
    failed = true;
  }
  await lease.stop();
  if (!failed) await queue.remove(message);
  else if (message.dequeueCount >= settings.maxDequeueCount) await moveToPoison(options, message);
  else await queue.update(message, settings.visibilityTimeout);
}

/** Moves a message to the poison queue. Without a poison queue, the message stays hidden until its lease ends. */
async function moveToPoison(
  { queue, poisonQueue, settings, log }: QueueTriggerOptions,
  message: ReceivedMessage,
): Promise<void> {
  if (poisonQueue === undefined) return;
  // The message of the real host, also for a message that cannot be decoded.
  const reason = `Message has reached MaxDequeueCount of ${settings.maxDequeueCount}.`;
  log("warning", "Host.Queues", `${reason} Moving message to queue '${poisonQueue.name}'.`);
  await poisonQueue.send(message.text);
  await queue.remove(message);
}
