/** The storage account: its clients, from a connection string or from service URIs and an identity. */
import { TableClient } from "@azure/data-tables";
import { BlobServiceClient } from "@azure/storage-blob";
import { type QueueClient, QueueServiceClient } from "@azure/storage-queue";

/** What the SDKs take for an identity. */
export interface TokenCredential {
  getToken(scopes: string | string[], options?: object): Promise<{ readonly token: string; readonly expiresOnTimestamp: number } | null>;
}

/** How to reach the account. */
export type AccountConnection =
  | { readonly connectionString: string }
  | { readonly blobUri: string; readonly queueUri: string; readonly tableUri: string; readonly credential: TokenCredential };

export interface StorageAccount {
  readonly blobs: BlobServiceClient;
  /** True when requests are made by an identity, which can sign URLs by delegation. */
  readonly byIdentity: boolean;
  queue(name: string): QueueClient;
  table(name: string): TableClient;
}

// One place retries: call.ts. The SDKs' own retries wait 16 s on a refused connection, and the blob client's never retry a 429.
const options = { retryOptions: { maxTries: 1 } };
const tableOptions = { retryOptions: { maxRetries: 0 } };

/** Makes the clients and calls nothing. */
export function openAccount(connection: AccountConnection): StorageAccount {
  if ("connectionString" in connection) {
    const { connectionString } = connection;
    const blobs = BlobServiceClient.fromConnectionString(connectionString, options);
    const queues = QueueServiceClient.fromConnectionString(connectionString, options);
    const allowInsecureConnection = isLoopback(blobs.url);
    return {
      blobs,
      byIdentity: false,
      queue: (name) => queues.getQueueClient(name),
      table: (name) => TableClient.fromConnectionString(connectionString, name, { ...tableOptions, allowInsecureConnection }),
    };
  }
  const { blobUri, queueUri, tableUri, credential } = connection;
  const queues = new QueueServiceClient(queueUri, credential, options);
  return {
    blobs: new BlobServiceClient(blobUri, credential, options),
    byIdentity: true,
    queue: (name) => queues.getQueueClient(name),
    table: (name) => new TableClient(tableUri, name, credential, tableOptions),
  };
}

/** True for an address of this machine. */
export function isLoopback(url: string): boolean {
  return /^(localhost|127\.0\.0\.1|\[::1\])$/.test(new URL(url).hostname);
}
