import type { TableClient } from "@azure/data-tables";
import type { BlobServiceClient, ContainerClient } from "@azure/storage-blob";
import type { QueueClient } from "@azure/storage-queue";
import type { AccountConnection } from "./account-connection.ts";

/** A container, table or queue of the account. */
export interface StorageResource<Client> {
  readonly name: string;
  client(): Promise<Client>;
}

export interface StorageAccount {
  blobs(): Promise<BlobServiceClient>;
  container(name: string): StorageResource<ContainerClient>;
  queue(name: string): StorageResource<QueueClient>;
  table(name: string): StorageResource<TableClient>;
}

/** Opens the account without a call. Each SDK is loaded when its first client is used, because loading it is slow. */
export function openAccount(connection: AccountConnection): StorageAccount {
  const blobs = once(async () => (await import("./blob-clients.ts")).openBlobs(connection));
  const queues = once(async () => (await import("./queue-clients.ts")).openQueues(connection));
  const tables = once(async () => (await import("./table-clients.ts")).openTables(connection));
  return {
    blobs,
    container: (name) => ({ name, client: once(async () => (await blobs()).getContainerClient(name)) }),
    queue: (name) => ({ name, client: once(async () => (await queues()).getQueueClient(name)) }),
    table: (name) => ({ name, client: once(async () => (await tables())(name)) }),
  };
}

/** A function that calls `create` once and returns the same promise to every caller. */
export function once<T>(create: () => Promise<T>): () => Promise<T> {
  let created: Promise<T> | undefined;
  return () => {
    created ??= create();
    return created;
  };
}
