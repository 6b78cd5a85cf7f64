import { QueueServiceClient } from "@azure/storage-queue";
import { clientOptions, unusedProxy } from "../../lib/proxy.ts";
import type { AccountConnection } from "./account-connection.ts";

// createStorageCall retries.
const retryOptions = { maxTries: 1 };

export function openQueues(connection: AccountConnection): QueueServiceClient {
  const options = (url: string) => ({ retryOptions, ...clientOptions(url) });
  if (!("connectionString" in connection))
    return new QueueServiceClient(connection.queueUri, connection.credential, options(connection.queueUri));
  const { url } = QueueServiceClient.fromConnectionString(connection.connectionString, { proxyOptions: unusedProxy });
  return QueueServiceClient.fromConnectionString(connection.connectionString, options(url));
}
