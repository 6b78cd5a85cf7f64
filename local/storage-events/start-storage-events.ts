/**
 * Replaces Event Grid, because Azurite sends no events: polls containers and enqueues an event for each written blob.
 */
import { setTimeout as pause } from "node:timers/promises";
import { type ContainerPoller, createContainerPoller, type EventSubscription } from "./container-poller.ts";

export interface StorageEventsOptions {
  readonly connectionString: string;
  readonly subscriptions: readonly EventSubscription[];
  /** Stores the progress of each subscription, so that a new start sends the events of blobs written in between. */
  readonly stateFile: string;
  readonly warn: (message: string) => void;
  readonly intervalMs?: number;
}

export interface StorageEvents {
  stop(): Promise<void>;
}

/** Ratio of pause to polling time, so that polling takes at most a tenth of the time if nothing is new. */
const pauseRatio = 9;
const longestPauseMs = 10_000;

/** Starts to poll the containers; missing containers and queues are created first. */
export async function startStorageEvents({
  subscriptions,
  warn,
  intervalMs = 1000,
  ...options
}: StorageEventsOptions): Promise<StorageEvents> {
  const stopping = new AbortController();
  const pollers = await Promise.all(subscriptions.map((subscription) => createContainerPoller(subscription, options)));
  // A failure is reported by the first poll, which repeats the creation.
  await Promise.all(pollers.map(({ createTargets }) => createTargets().catch(() => {})));
  const loops = pollers.map((poller) => pollUntilAborted(poller, { warn, intervalMs, signal: stopping.signal }));
  return {
    stop: async () => {
      stopping.abort();
      await Promise.all(loops);
    },
  };
}

interface LoopOptions {
  readonly warn: (message: string) => void;
  readonly intervalMs: number;
  readonly signal: AbortSignal;
}

async function pollUntilAborted(poller: ContainerPoller, { warn, intervalMs, signal }: LoopOptions): Promise<void> {
  // Warns once per outage, because a warning for each poll would be thousands of lines per hour.
  let isFailing = false;
  const poll = async (): Promise<number> => {
    try {
      const events = await poller.poll(signal);
      if (isFailing) warn(`The container ${poller.container} can be listed again; events are sent again.`);
      isFailing = false;
      return events;
    } catch (error) {
      if (!isFailing && !signal.aborted)
        warn(`The container ${poller.container} cannot be listed, so its events are delayed: ${reasonOf(error)}`);
      isFailing = true;
      return 0;
    }
  };
  while (!signal.aborted) {
    const startedAt = performance.now();
    const events = await poll();
    const idlePauseMs = Math.min(longestPauseMs, pauseRatio * (performance.now() - startedAt));
    const pauseMs = events > 0 ? intervalMs : Math.max(intervalMs, idlePauseMs);
    await pause(pauseMs, undefined, { signal }).catch(() => {});
  }
}

/** The reason of a failed poll. Azurite returns 500 without details if a blob name has a control character. */
function reasonOf(error: unknown): string {
  const { statusCode, message } = error as { readonly statusCode?: number; readonly message?: string };
  if (statusCode === 500)
    return "Azurite returned 500, as it does if a blob name contains a control character. Delete that blob.";
  return message?.split("\n")[0] || String(error);
}
