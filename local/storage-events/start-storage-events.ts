/**
 * Replaces Event Grid, because Azurite sends no events: polls containers and enqueues an event for each written blob.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { BlobItem, ContainerClient } from "@azure/storage-blob";
import type { QueueClient } from "@azure/storage-queue";
import { storageClientOptions } from "../host/settings/storage-client-options.ts";
import { blobCreatedEvent } from "./blob-created-event.ts";
import { openEventProgress } from "./event-progress.ts";

/** Sends events for the blobs of one container to one queue. */
export interface EventSubscription {
  readonly container: string;
  readonly queue: string;
  /** Suffix of the blob names to send events for; all blobs if missing. */
  readonly endsWith?: string;
}

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
const concurrentSends = 16;
const callTimeoutMs = 10_000;

/** Starts to poll the containers; missing containers and queues are created first. */
export async function startStorageEvents({
  subscriptions,
  warn,
  intervalMs = 1000,
  ...options
}: StorageEventsOptions): Promise<StorageEvents> {
  const stopping = new AbortController();
  const pollers = await Promise.all(subscriptions.map((subscription) => createPoller(subscription, options)));
  // A failure is reported by the first poll, which tries again.
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

async function pollUntilAborted(poller: Poller, { warn, intervalMs, signal }: LoopOptions): Promise<void> {
  // Warns once per outage: a line for each poll would be thousands in an hour.
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

/** The reason of a failed poll. Azurite answers 500 without details if a blob name has a control character. */
function reasonOf(error: unknown): string {
  const { statusCode, message } = error as { readonly statusCode?: number; readonly message?: string };
  if (statusCode === 500)
    return "Azurite returned 500, as it does if a blob name contains a control character. Delete that blob.";
  return message?.split("\n")[0] || String(error);
}

interface Poller {
  readonly container: string;
  /** Creates the container and the queue if they are missing. */
  createTargets(): Promise<void>;
  /** Lists the container and enqueues events. @returns the number of events. */
  poll(signal: AbortSignal): Promise<number>;
}

async function createPoller(
  subscription: EventSubscription,
  { connectionString, stateFile }: Pick<StorageEventsOptions, "connectionString" | "stateFile">,
): Promise<Poller> {
  const { container, queue } = await openTargets(subscription, connectionString);
  const progress = openEventProgress(stateFile, `${subscription.container} ${subscription.queue}`);
  const seenEtags = new Map<string, string>();
  let hasTargets = false;
  // After the first complete listing, every unseen blob is new, whatever its time: the clock may be set back.
  let hasListedAll = false;

  const createTargets = async () => {
    const abortSignal = AbortSignal.timeout(callTimeoutMs);
    await Promise.all([container.createIfNotExists({ abortSignal }), queue.createIfNotExists({ abortSignal })]);
    hasTargets = true;
  };
  const isUnsent = ({ properties }: BlobItem) =>
    hasListedAll || properties.lastModified.getTime() >= progress.reportedUntil;
  return {
    container: subscription.container,
    createTargets,
    async poll(signal) {
      if (!hasTargets) await createTargets();
      const callSignal = () => AbortSignal.any([signal, AbortSignal.timeout(callTimeoutMs)]);
      const deleted = new Set(seenEtags.keys());
      let events = 0;
      for await (const page of pages(container, callSignal)) {
        const blobs = page.filter(({ name }) => name.endsWith(subscription.endsWith ?? ""));
        for (const { name } of blobs) deleted.delete(name);
        const written = blobs.filter(({ name, properties }) => seenEtags.get(name) !== properties.etag);
        const unsent = written.filter(isUnsent);
        await sendEvents(queue, container, unsent, callSignal);
        events += unsent.length;
        for (const { name, properties } of written) seenEtags.set(name, properties.etag);
        progress.advance(Math.max(...unsent.map(({ properties }) => properties.lastModified.getTime())));
      }
      for (const name of deleted) seenEtags.delete(name);
      hasListedAll = true;
      return events;
    },
  };
}

async function openTargets(
  { container, queue }: EventSubscription,
  connectionString: string,
): Promise<{ container: ContainerClient; queue: QueueClient }> {
  const [{ BlobServiceClient }, { QueueServiceClient }] = await Promise.all([
    import("@azure/storage-blob"),
    import("@azure/storage-queue"),
  ]);
  const options = storageClientOptions({ connectionString });
  return {
    container: BlobServiceClient.fromConnectionString(connectionString, options).getContainerClient(container),
    queue: QueueServiceClient.fromConnectionString(connectionString, options).getQueueClient(queue),
  };
}

/** Lists a container; each page is a request with its own time limit. */
async function* pages(container: ContainerClient, callSignal: () => AbortSignal): AsyncGenerator<readonly BlobItem[]> {
  let continuationToken = "";
  do {
    const settings = continuationToken === "" ? {} : { continuationToken };
    const page = await container.listBlobsFlat({ abortSignal: callSignal() }).byPage(settings).next();
    if (page.done === true) return;
    yield page.value.segment.blobItems;
    continuationToken = page.value.continuationToken ?? "";
  } while (continuationToken !== "");
}

async function sendEvents(
  queue: QueueClient,
  container: ContainerClient,
  blobs: readonly BlobItem[],
  callSignal: () => AbortSignal,
): Promise<void> {
  const send = async (blob: BlobItem) => {
    const text = Buffer.from(JSON.stringify(blobCreatedEvent(container, blob))).toString("base64");
    await queue.sendMessage(text, { messageTimeToLive: -1, abortSignal: callSignal() });
  };
  for (let start = 0; start < blobs.length; start += concurrentSends)
    await Promise.all(blobs.slice(start, start + concurrentSends).map(send));
}
