import { TableClient } from "@azure/data-tables";
import { isLoopback } from "../is-loopback.ts";
import type { AccountConnection } from "./account.ts";

// One place retries: call.ts.
const options = { retryOptions: { maxRetries: 0 } };

/** Gives the client of a table. Plain HTTP goes to this machine only. */
export function openTables(connection: AccountConnection): (name: string) => TableClient {
  if (!("connectionString" in connection)) return (name) => new TableClient(connection.tableUri, name, connection.credential, options);
  const { connectionString } = connection;
  const { url } = TableClient.fromConnectionString(connectionString, "any", options);
  return (name) => TableClient.fromConnectionString(connectionString, name, { ...options, allowInsecureConnection: isLoopback(url) });
}
