import { QueueServiceClient } from "@azure/storage-queue";
import type { AccountConnection } from "./account.ts";

// One place retries: call.ts.
const options = { retryOptions: { maxTries: 1 } };

export function openQueues(connection: AccountConnection): QueueServiceClient {
  return "connectionString" in connection
    ? QueueServiceClient.fromConnectionString(connection.connectionString, options)
    : new QueueServiceClient(connection.queueUri, connection.credential, options);
}
