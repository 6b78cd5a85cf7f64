/** Finds new blobs of a container by listing it, and enqueues an event for each. */
import type { BlobItem, ContainerClient } from "@azure/storage-blob";
import type { QueueClient } from "@azure/storage-queue";
import { storageClientOptions } from "../host/settings/storage-client-options.ts";
import { blobCreatedEvent } from "./blob-created-event.ts";
import { openEventProgress } from "./event-progress.ts";

const concurrentSends = 16;
const callTimeoutMs = 10_000;

/** Sends events for the blobs of one container to one queue. */
export interface EventSubscription {
  readonly container: string;
  readonly queue: string;
  /** Suffix of the blob names to send events for; all blobs if missing. */
  readonly endsWith?: string;
}

export interface ContainerPoller {
  readonly container: string;
  /** Creates the container and the queue if they are missing. */
  createTargets(): Promise<void>;
  /** Lists the container and enqueues events. @returns the number of events. */
  poll(signal: AbortSignal): Promise<number>;
}

/** Creates the poller of one subscription, whose progress is in `stateFile`. */
export async function createContainerPoller(
  subscription: EventSubscription,
  { connectionString, stateFile }: { readonly connectionString: string; readonly stateFile: string },
): Promise<ContainerPoller> {
  const { container, queue } = await openTargets(subscription, connectionString);
  const progress = openEventProgress(stateFile, `${subscription.container} ${subscription.queue}`);
  const seenEtags = new Map<string, string>();
  let hasTargets = false;
  // After the first complete listing, every unlisted blob is new, regardless of its time: the clock may be set back.
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
