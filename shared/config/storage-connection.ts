import { defined } from "../lib/defined.ts";

/** Connection to the storage account: a connection string, or the URIs of its services for use with an identity. */
export type StorageConnection =
  | { readonly connectionString: string }
  | { readonly blobUri: string; readonly queueUri: string; readonly tableUri: string; readonly clientId?: string };

/**
 * Reads the forms that the Functions host accepts for `AzureWebJobsStorage`. Adds each mistake to `problems`; returns
 * undefined if the connection is missing.
 * @see https://learn.microsoft.com/azure/azure-functions/functions-reference#connections
 */
export function parseStorageConnection(
  env: Readonly<Record<string, string | undefined>>,
  problems: string[],
): StorageConnection | undefined {
  const connectionString = env.AzureWebJobsStorage;
  if (connectionString === undefined || connectionString === "") return parseServiceUris(env, problems);
  const problem = connectionStringProblem(connectionString);
  if (problem !== undefined) problems.push(`AzureWebJobsStorage: ${problem}`);
  return { connectionString };
}

function parseServiceUris(
  env: Readonly<Record<string, string | undefined>>,
  problems: string[],
): StorageConnection | undefined {
  const read = (name: string) => env[`AzureWebJobsStorage__${name}`] || undefined;
  const account = read("accountName");
  if (account !== undefined && !/^[a-z0-9]{3,24}$/.test(account)) {
    problems.push(
      "AzureWebJobsStorage__accountName: must be the name of a storage account (3 to 24 lowercase letters and digits).",
    );
  }
  const uriOf = (service: "blob" | "queue" | "table") =>
    read(`${service}ServiceUri`) ??
    (account === undefined ? undefined : `https://${account}.${service}.core.windows.net`);
  const [blobUri, queueUri, tableUri] = [uriOf("blob"), uriOf("queue"), uriOf("table")];
  if (blobUri === undefined || queueUri === undefined || tableUri === undefined) {
    problems.push(
      "AzureWebJobsStorage: is missing. Set a connection string, or AzureWebJobsStorage__accountName, or all of " +
        "AzureWebJobsStorage__blobServiceUri, __queueServiceUri and __tableServiceUri.",
    );
    return undefined;
  }
  for (const [service, uri] of Object.entries({ blob: blobUri, queue: queueUri, table: tableUri })) {
    if (!URL.canParse(uri) || new URL(uri).protocol !== "https:")
      problems.push(
        `AzureWebJobsStorage__${service}ServiceUri: must begin with https://, because access tokens are sent to it.`,
      );
  }
  return { blobUri, queueUri, tableUri, ...defined({ clientId: read("clientId") }) };
}

const endpoints = ["BlobEndpoint", "QueueEndpoint", "TableEndpoint"];

/**
 * The first mistake in a connection string, described without any of its values, because it contains a key. Checked
 * here, because storage clients parse the string only at their first use, after the start.
 */
function connectionStringProblem(connectionString: string): string | undefined {
  if (connectionString.trim() === "UseDevelopmentStorage=true") return undefined;
  const parts = partsOf(connectionString);
  const has = (name: string) => (parts.get(name.toLowerCase()) ?? "") !== "";
  const invalid = endpoints.find((name) => has(name) && !URL.canParse(parts.get(name.toLowerCase()) ?? ""));
  if (invalid !== undefined) return `its ${invalid} is not a URL.`;
  const hasAllEndpoints = endpoints.every(has);
  if (has("SharedAccessSignature"))
    return hasAllEndpoints
      ? undefined
      : "with a SharedAccessSignature it needs BlobEndpoint, QueueEndpoint and TableEndpoint.";
  if (!has("AccountName") || !has("AccountKey"))
    return "it needs AccountName and AccountKey, or a SharedAccessSignature.";
  if (!/^https?$/i.test(parts.get("defaultendpointsprotocol") ?? ""))
    return "it needs DefaultEndpointsProtocol, https or http.";
  return hasAllEndpoints || has("EndpointSuffix")
    ? undefined
    : "it needs EndpointSuffix, or BlobEndpoint, QueueEndpoint and TableEndpoint.";
}

/** The parts `name=value` of a connection string, with names in lowercase. */
function partsOf(connectionString: string): ReadonlyMap<string, string> {
  return new Map(
    connectionString.split(";").flatMap((part) => {
      const [name = "", ...value] = part.split("=");
      return name.trim() === "" ? [] : [[name.trim().toLowerCase(), value.join("=").trim()] as const];
    }),
  );
}
