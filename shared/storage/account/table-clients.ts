import { TableClient } from "@azure/data-tables";
import { isLoopbackUrl } from "../../lib/loopback.ts";
import { clientOptions, unusedProxy } from "../../lib/proxy.ts";
import type { AccountConnection } from "./account-connection.ts";

// createStorageCall retries.
const retryOptions = { maxRetries: 0 };

/** Returns a function that opens a table. Plain HTTP is allowed only to this machine. */
export function openTables(connection: AccountConnection): (name: string) => TableClient {
  const options = (url: string) => ({ retryOptions, ...clientOptions(url) });
  if (!("connectionString" in connection))
    return (name) => new TableClient(connection.tableUri, name, connection.credential, options(connection.tableUri));
  const { connectionString } = connection;
  const { url } = TableClient.fromConnectionString(connectionString, "any", { proxyOptions: unusedProxy });
  return (name) =>
    TableClient.fromConnectionString(connectionString, name, {
      ...options(url),
      allowInsecureConnection: isLoopbackUrl(url),
    });
}
