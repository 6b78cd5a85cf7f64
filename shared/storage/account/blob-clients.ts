import { BlobServiceClient } from "@azure/storage-blob";
import { clientOptions, unusedProxy } from "../../lib/proxy.ts";
import type { AccountConnection } from "./account-connection.ts";

// createStorageCall retries. The retries of the SDK wait 16 s after a refused connection, and never retry a 429.
const retryOptions = { maxTries: 1 };

export function openBlobs(connection: AccountConnection): BlobServiceClient {
  const options = (url: string) => ({ retryOptions, ...clientOptions(url) });
  if (!("connectionString" in connection))
    return new BlobServiceClient(connection.blobUri, connection.credential, options(connection.blobUri));
  const { url } = BlobServiceClient.fromConnectionString(connection.connectionString, { proxyOptions: unusedProxy });
  return BlobServiceClient.fromConnectionString(connection.connectionString, options(url));
}
