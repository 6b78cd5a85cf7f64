/** The queue trigger: receives, renews, and decides what becomes of a message. @see https://learn.microsoft.com/azure/azure-functions/functions-bindings-storage-queue-trigger */
import type { Clock } from "./clock.ts";
import type { TypedData } from "./core-types.ts";
import type { HostJson } from "./host-json.ts";
import type { HostLog } from "./host-log.ts";
import type { TriggerValue } from "./invocation.ts";
import type { ReceivedMessage, StorageQueue } from "./storage-queue.ts";

export interface QueueTriggerOptions {
  readonly functionName: string;
  readonly queue: StorageQueue;
  readonly poisonQueue: StorageQueue | undefined;
  readonly settings: HostJson["extensions"]["queues"];
  /** For how long a message is hidden while its function runs; renewed at half of it. */
  readonly leaseMs: number;
  readonly clock: Clock;
  readonly log: HostLog;
  /** 0.8 to 1.2, the jitter of the back-off. */
  readonly jitter?: () => number;
  run(value: TriggerValue): Promise<unknown>;
}

export interface Listener {
  /** Resolves when what is running has ended; nothing new is started. */
  stop(): Promise<void>;
  /** Looks at once, as the real host does when it has written to the queue itself. */
  wake(): void;
}

const leastPollMs = 100;
const renewalAfterErrorMs = 60_000;

/** Starts to listen to a queue. */
export function listenToQueue(options: QueueTriggerOptions): Listener {
  const { queue, settings, clock, log, jitter = () => 0.8 + Math.random() * 0.4 } = options;
  const running = new Set<Promise<void>>();
  const stopping = new AbortController();
  const threshold = settings.newBatchThreshold ?? Math.floor(settings.batchSize / 2);
  let nudge = new AbortController();

  async function receive(): Promise<number> {
    try {
      const messages = await queue.receive(settings.batchSize, options.leaseMs);
      for (const message of messages) {
        const work: Promise<void> = handleMessage(options, message)
          .catch((error: Error) => log("error", "Host.Queues", `A message of queue ${queue.name} could not be finished: ${error.message}`))
          .finally(() => running.delete(work));
        running.add(work);
      }
      return messages.length;
    } catch (error) {
      log("warning", "Host.Queues", `Queue ${queue.name} cannot be read: ${(error as Error).message}`);
      return 0;
    }
  }

  async function loop(): Promise<void> {
    let failures = 0;
    while (!stopping.signal.aborted) {
      nudge = new AbortController();
      if ((await receive()) > 0) {
        failures = 0;
        while (running.size > threshold && !stopping.signal.aborted) await Promise.race([...running, aborted(stopping.signal)]);
      } else {
        await clock.sleep(backOffMs(failures, settings.maxPollingInterval, jitter()), AbortSignal.any([stopping.signal, nudge.signal]));
        // A wake-up is news: the next empty look starts the back-off anew.
        failures = nudge.signal.aborted ? 0 : failures + 1;
      }
    }
  }

  const looping = loop();
  return {
    wake: () => nudge.abort(),
    stop: async () => {
      stopping.abort();
      await looping;
      await Promise.all(running);
    },
  };
}

/** The wait after `failures` empty looks in a row: 100 ms, then 100 ms more and doubling, up to the longest. */
export function backOffMs(failures: number, mostMs: number, jitter: number): number {
  if (failures === 0) return Math.min(leastPollMs, mostMs);
  return Math.min(leastPollMs + 2 ** (failures - 1) * leastPollMs * jitter, mostMs);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

async function handleMessage(options: QueueTriggerOptions, message: ReceivedMessage): Promise<void> {
  const { queue, settings } = options;
  const text = decode(message.text, settings.messageEncoding);
  if (text === undefined || message.dequeueCount > settings.maxDequeueCount) return toPoison(options, message);
  const renewal = keepHidden(options, message);
  try {
    await options.run({ data: { string: text }, metadata: queueMetadata(message, text), reason: `New queue message detected on '${queue.name}'.` });
  } catch {
    // The invocation has logged why.
    await renewal.stop();
    return message.dequeueCount >= settings.maxDequeueCount ? toPoison(options, message) : void (await queue.update(message, settings.visibilityTimeout));
  }
  await renewal.stop();
  await queue.remove(message);
}

/** The text of a message; undefined if it is not what the encoding promises. */
function decode(text: string, encoding: "base64" | "none"): string | undefined {
  if (encoding === "none") return text;
  const compact = text.replaceAll(/\s/g, "");
  const isBase64 = compact.length % 4 === 0 && /^[a-z0-9+/]*={0,2}$/i.test(compact);
  return isBase64 ? Buffer.from(compact, "base64").toString("utf8") : undefined;
}

async function toPoison({ queue, poisonQueue, settings, log }: QueueTriggerOptions, message: ReceivedMessage): Promise<void> {
  if (poisonQueue === undefined) return;
  // The real host says this also of a message that it could not decode.
  log("warning", "Host.Queues", `Message has reached MaxDequeueCount of ${settings.maxDequeueCount}. Moving message to queue '${poisonQueue.name}'.`);
  await poisonQueue.send(message.text);
  await queue.remove(message);
}

/** The name of the queue that takes what failed too often; undefined for a poison queue itself and for names that would be too long. */
export function poisonQueueName(queueName: string): string | undefined {
  const name = `${queueName}-poison`;
  return queueName.endsWith("-poison") || name.length > 63 ? undefined : name;
}

/** Keeps a message hidden while its function runs. Each renewal gives a new pop receipt, which is the only one that still works. */
function keepHidden({ queue, leaseMs, clock, log }: QueueTriggerOptions, message: ReceivedMessage): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const renew = async () => {
    let waitMs = leaseMs / 2;
    for (;;) {
      await clock.sleep(waitMs, stopping.signal);
      if (stopping.signal.aborted) return;
      try {
        const popReceipt = await queue.update(message, leaseMs);
        if (popReceipt === undefined) return log("warning", "Host.Queues", `Message ${message.id} of queue ${queue.name} belongs to another receiver now.`);
        message.popReceipt = popReceipt;
        waitMs = leaseMs / 2;
      } catch (error) {
        log("warning", "Host.Queues", `Message ${message.id} of queue ${queue.name} could not be renewed: ${(error as Error).message}`);
        waitMs = Math.min(leaseMs / 10, renewalAfterErrorMs);
      }
    }
  };
  const renewing = renew();
  return {
    stop: async () => {
      stopping.abort();
      await renewing;
    },
  };
}

/** What the function sees beside the message. Keys of a JSON message hide the message's own, in whatever case they are written. */
export function queueMetadata(message: ReceivedMessage, text: string): Record<string, TypedData> {
  const own: Record<string, TypedData> = {
    QueueTrigger: { string: text },
    DequeueCount: { json: String(message.dequeueCount) },
    ExpirationTime: { json: JSON.stringify(message.expiresOn) },
    InsertionTime: { json: JSON.stringify(message.insertedOn) },
    NextVisibleTime: { json: JSON.stringify(message.nextVisibleOn) },
    Id: { string: message.id },
    PopReceipt: { string: message.popReceipt },
  };
  const entries = Object.entries(own);
  for (const [key, value] of scalarsOf(text)) {
    const hidden = entries.findIndex(([name]) => name.toLowerCase() === key.toLowerCase());
    if (hidden === -1) entries.push([key, { string: value }]);
    else entries[hidden] = [entries[hidden]?.[0] as string, { string: value }];
  }
  return Object.fromEntries(entries);
}

/** Top-level keys of a JSON object, as text; lists and nulls are left out. */
function scalarsOf(text: string): [string, string][] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return [];
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) return [];
  return Object.entries(parsed).flatMap(([key, value]): [string, string][] => {
    if (value === null || Array.isArray(value)) return [];
    return [[key, typeof value === "object" ? JSON.stringify(value) : String(value)]];
  });
}
