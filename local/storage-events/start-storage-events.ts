/** What Event Grid does in Azure: puts an event on a queue for each blob that is written. Azurite emits none, so containers are looked at. */
import { setTimeout as pause } from "node:timers/promises";
import type { BlobItem, ContainerClient } from "@azure/storage-blob";
import type { QueueClient } from "@azure/storage-queue";
import { storageClientOptions } from "../host/settings/storage-client-options.ts";
import { blobCreatedEvent } from "./blob-created-event.ts";
import { openEventProgress } from "./event-progress.ts";

/** Blobs of one container, told to one queue. */
export interface EventSubscription {
  readonly container: string;
  readonly queue: string;
  /** Only blobs whose path ends like this. */
  readonly endsWith?: string;
}

export interface StorageEventsOptions {
  readonly connectionString: string;
  readonly subscriptions: readonly EventSubscription[];
  /** Remembers how far each subscription came, so that what was written while nobody looked is told after a new start. */
  readonly stateFile: string;
  readonly warn: (message: string) => void;
  readonly intervalMs?: number;
}

export interface StorageEvents {
  stop(): Promise<void>;
}

/** Where nothing is new, looking takes at most a tenth of the time. */
const restRatio = 9;
const longestRestMs = 10_000;
const sendsAtOnce = 16;
const callTimeoutMs = 10_000;

/** Starts to look; containers and queues that are missing are made first. */
export async function startStorageEvents({
  subscriptions,
  warn,
  intervalMs = 1000,
  ...options
}: StorageEventsOptions): Promise<StorageEvents> {
  const stopping = new AbortController();
  const watches = await Promise.all(subscriptions.map((subscription) => openWatch(subscription, options)));

  async function loop({ container, look }: Watch): Promise<void> {
    // Said once: the looks go on, and an outage of an hour would else be thousands of lines.
    let failing = false;
    while (!stopping.signal.aborted) {
      const began = performance.now();
      let told = 0;
      try {
        told = await look(stopping.signal);
        if (failing) warn(`The container ${container} can be looked at again.`);
        failing = false;
      } catch (error) {
        if (!failing && !stopping.signal.aborted)
          warn(`The container ${container} cannot be looked at for events: ${reasonOf(error)}`);
        failing = true;
      }
      const restMs =
        told > 0 ? intervalMs : Math.max(intervalMs, Math.min(longestRestMs, restRatio * (performance.now() - began)));
      await pause(restMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  }

  await Promise.all(watches.map(({ prepare }) => prepare().catch(() => {})));
  const loops = watches.map(loop);
  return {
    stop: async () => {
      stopping.abort();
      await Promise.all(loops);
    },
  };
}

/** Azurite fails to list a container in which a name has a control character, and says nothing of why. */
function reasonOf(error: unknown): string {
  const { statusCode, message } = error as { readonly statusCode?: number; readonly message?: string };
  if (statusCode === 500)
    return "Azurite answered 500, as it does when the name of a file has a control character: delete that file.";
  return message?.split("\n")[0] || String(error);
}

interface Watch {
  readonly container: string;
  prepare(): Promise<void>;
  /** Gives the number of events. */
  look(signal: AbortSignal): Promise<number>;
}

async function openWatch(
  subscription: EventSubscription,
  { connectionString, stateFile }: Pick<StorageEventsOptions, "connectionString" | "stateFile">,
): Promise<Watch> {
  const [{ BlobServiceClient }, { QueueServiceClient }] = await Promise.all([
    import("@azure/storage-blob"),
    import("@azure/storage-queue"),
  ]);
  const options = storageClientOptions({ connectionString });
  const container = BlobServiceClient.fromConnectionString(connectionString, options).getContainerClient(
    subscription.container,
  );
  const queue = QueueServiceClient.fromConnectionString(connectionString, options).getQueueClient(subscription.queue);
  const progress = openEventProgress(stateFile, `${subscription.container} ${subscription.queue}`);
  const told = new Map<string, string>();
  let prepared = false;
  // From then on a blob is new because it was not there, whatever time it has: the clock may be set back.
  let knowsAll = false;

  const prepare = async () => {
    const abortSignal = AbortSignal.timeout(callTimeoutMs);
    await Promise.all([container.createIfNotExists({ abortSignal }), queue.createIfNotExists({ abortSignal })]);
    prepared = true;
  };
  return {
    container: subscription.container,
    prepare,
    async look(signal) {
      if (!prepared) await prepare();
      const limit = () => AbortSignal.any([signal, AbortSignal.timeout(callTimeoutMs)]);
      const gone = new Set(told.keys());
      let events = 0;
      for await (const blobs of pages(container, limit)) {
        const mine = blobs.filter(({ name }) => name.endsWith(subscription.endsWith ?? ""));
        for (const { name } of mine) gone.delete(name);
        const news = mine.filter(({ name, properties }) => told.get(name) !== properties.etag);
        const unheard = news.filter(
          ({ properties }) => knowsAll || properties.lastModified.getTime() >= progress.reportedUntil,
        );
        await tellAll(queue, container, unheard, limit);
        events += unheard.length;
        for (const { name, properties } of news) told.set(name, properties.etag);
        progress.advance(Math.max(...unheard.map(({ properties }) => properties.lastModified.getTime())));
      }
      for (const name of gone) told.delete(name);
      knowsAll = true;
      return events;
    },
  };
}

/** Each page is a call with its own time limit. */
async function* pages(container: ContainerClient, limit: () => AbortSignal): AsyncGenerator<readonly BlobItem[]> {
  let continuationToken = "";
  do {
    const settings = continuationToken === "" ? {} : { continuationToken };
    const page = await container.listBlobsFlat({ abortSignal: limit() }).byPage(settings).next();
    if (page.done === true) return;
    yield page.value.segment.blobItems;
    continuationToken = page.value.continuationToken ?? "";
  } while (continuationToken !== "");
}

async function tellAll(
  queue: QueueClient,
  container: ContainerClient,
  blobs: readonly BlobItem[],
  limit: () => AbortSignal,
): Promise<void> {
  for (let at = 0; at < blobs.length; at += sendsAtOnce) {
    const some = blobs.slice(at, at + sendsAtOnce).map((blob) => JSON.stringify(blobCreatedEvent(container, blob)));
    await Promise.all(
      some.map((text) =>
        queue.sendMessage(Buffer.from(text).toString("base64"), { messageTimeToLive: -1, abortSignal: limit() }),
      ),
    );
  }
}
