import { BlobServiceClient } from "@azure/storage-blob";
import type { AccountConnection } from "./account.ts";

// One place retries: call.ts. The SDK's own retries wait 16 s on a refused connection, and never retry a 429.
const options = { retryOptions: { maxTries: 1 } };

export function openBlobs(connection: AccountConnection): BlobServiceClient {
  return "connectionString" in connection
    ? BlobServiceClient.fromConnectionString(connection.connectionString, options)
    : new BlobServiceClient(connection.blobUri, connection.credential, options);
}
