// A storage client that drops files into the inbox of a running service and reads the receipts.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { BlobServiceClient } from "@azure/storage-blob";
import { QueueServiceClient } from "@azure/storage-queue";
import type { Receipt } from "../../shared/core/records/receipt.ts";
import { downloadText } from "./read-storage.ts";
import { until } from "./until.ts";

export interface InboxClient {
  drop(path: string, content?: string | Uint8Array): Promise<{ readonly etag: string }>;
  /** Waits for the receipt of a file, with this ETag if given. */
  receipt(path: string, etag?: string): Promise<Receipt>;
  /** Waits for the receipts of many files by listing them, because reading each one again and again slows storage. */
  allReceipts(paths: readonly string[]): Promise<readonly Receipt[]>;
  /** Paths of all receipts, with their ETags, without the mark of the sweep in the same container. */
  receipts(): Promise<ReadonlyMap<string, string>>;
  /** Sends a message to a queue, unchanged. */
  send(queue: string, text: string): Promise<void>;
  /** Number of messages of a queue, including those that are being processed. */
  count(queue: string): Promise<number>;
}

const receiptMs = 90_000;

/** @param data the data folder of the service, which contains its connection string. */
export function openInbox(data: string): InboxClient {
  const connection = readFileSync(join(data, "connection-string"), "utf8");
  const blobs = BlobServiceClient.fromConnectionString(connection);
  const queues = QueueServiceClient.fromConnectionString(connection);
  const [inbox, receipts] = [blobs.getContainerClient("inbox"), blobs.getContainerClient("receipts")];
  const read = async (path: string): Promise<Receipt | undefined> => {
    try {
      return JSON.parse(await downloadText(receipts.getBlobClient(`${path}.receipt.json`))) as Receipt;
    } catch (error) {
      if ((error as { statusCode?: number }).statusCode === 404) return undefined;
      throw error;
    }
  };
  const list = async (): Promise<ReadonlyMap<string, string>> => {
    const found = new Map<string, string>();
    if (!(await receipts.exists())) return found;
    for await (const { name, properties } of receipts.listBlobsFlat())
      if (name.endsWith(".receipt.json")) found.set(name, properties.etag);
    return found;
  };
  return {
    async drop(path, content = "") {
      const { etag = "" } = await inbox.getBlockBlobClient(path).upload(content, Buffer.byteLength(content));
      return { etag };
    },
    async receipt(path, etag) {
      return (await until(
        () => read(path),
        (found) => found !== undefined && (etag === undefined || found.etag === etag),
        receiptMs,
      )) as Receipt;
    },
    async allReceipts(paths) {
      const missing = async () => {
        const found = await list();
        return paths.filter((path) => !found.has(`${path}.receipt.json`));
      };
      await until(missing, (left) => left.length === 0, receiptMs, 250);
      return Promise.all(paths.map(async (path) => (await read(path)) as Receipt));
    },
    receipts: list,
    async send(queue, text) {
      await queues.getQueueClient(queue).sendMessage(text);
    },
    async count(queue) {
      const client = queues.getQueueClient(queue);
      return (await client.exists()) ? ((await client.getProperties()).approximateMessagesCount ?? 0) : 0;
    },
  };
}
