import { defined } from "../lib/defined.ts";
/** How to reach the storage account: by connection string, or by service URIs and an identity. */
export type StorageConnection =
  | { readonly connectionString: string }
  | { readonly blobUri: string; readonly queueUri: string; readonly tableUri: string; readonly clientId?: string };

/**
 * Reads the same forms that the Functions host takes for `AzureWebJobsStorage`; undefined when none is there, which is then among
 * the problems. @see https://learn.microsoft.com/azure/azure-functions/functions-reference#connections
 */
export function readStorage(
  env: Readonly<Record<string, string | undefined>>,
  problems: string[],
): StorageConnection | undefined {
  const connectionString = env.AzureWebJobsStorage;
  if (connectionString !== undefined && connectionString !== "") {
    const problem = connectionProblem(connectionString);
    if (problem !== undefined) problems.push(`AzureWebJobsStorage: ${problem}`);
    return { connectionString };
  }
  const given = (name: string) =>
    env[`AzureWebJobsStorage__${name}`] === "" ? undefined : env[`AzureWebJobsStorage__${name}`];
  const account = given("accountName");
  if (account !== undefined && !/^[a-z0-9]{3,24}$/.test(account)) {
    problems.push(
      "AzureWebJobsStorage__accountName: not the name of a storage account (3 to 24 small letters and digits).",
    );
  }
  const uri = (service: "blob" | "queue" | "table") =>
    given(`${service}ServiceUri`) ??
    (account === undefined ? undefined : `https://${account}.${service}.core.windows.net`);
  const [blobUri, queueUri, tableUri] = [uri("blob"), uri("queue"), uri("table")];
  if (blobUri === undefined || queueUri === undefined || tableUri === undefined) {
    problems.push(
      "AzureWebJobsStorage: missing. Give a connection string, or AzureWebJobsStorage__accountName, or all of " +
        "AzureWebJobsStorage__blobServiceUri, __queueServiceUri and __tableServiceUri.",
    );
    return undefined;
  }
  for (const [name, value] of Object.entries({ blob: blobUri, queue: queueUri, table: tableUri })) {
    if (!URL.canParse(value) || new URL(value).protocol !== "https:")
      problems.push(
        `AzureWebJobsStorage__${name}ServiceUri: must begin with https://, an identity's token goes there.`,
      );
  }
  const clientId = given("clientId");
  return { blobUri, queueUri, tableUri, ...defined({ clientId }) };
}

/** What is wrong with a connection string, without a word of it: it holds a key. The clients are made when first used, too late to stop a start. */
function connectionProblem(connectionString: string): string | undefined {
  if (connectionString.trim() === "UseDevelopmentStorage=true") return undefined;
  const parts = new Map(
    connectionString.split(";").flatMap((part) => {
      const [name = "", ...value] = part.split("=");
      return name.trim() === "" ? [] : [[name.trim().toLowerCase(), value.join("=").trim()] as const];
    }),
  );
  const has = (name: string) => (parts.get(name) ?? "") !== "";
  const endpoints = ["blobendpoint", "queueendpoint", "tableendpoint"];
  const wrong = endpoints.find((name) => has(name) && !URL.canParse(parts.get(name) ?? ""));
  if (wrong !== undefined) return `its ${wrong} is not a URL.`;
  const allEndpoints = endpoints.every(has);
  if (has("sharedaccesssignature"))
    return allEndpoints
      ? undefined
      : "with a SharedAccessSignature it needs BlobEndpoint, QueueEndpoint and TableEndpoint.";
  if (!has("accountname") || !has("accountkey"))
    return "it needs AccountName and AccountKey, or a SharedAccessSignature.";
  if (!/^https?$/i.test(parts.get("defaultendpointsprotocol") ?? ""))
    return "it needs DefaultEndpointsProtocol, https or http.";
  return allEndpoints || has("endpointsuffix")
    ? undefined
    : "it needs EndpointSuffix, or BlobEndpoint, QueueEndpoint and TableEndpoint.";
}
