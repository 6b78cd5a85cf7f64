import { ServiceError } from "../../../core/errors.ts";
import { BackendRefusal } from "../../../core/ports/backend-port.ts";
import type { CallOptions } from "../../../core/ports/ports.ts";
import type { ForeignContainer } from "../../../core/ports/storage-ports.ts";
import type { IsAllowedStorageUrl } from "../http/allowed-storage-urls.ts";
import type { AzureMLClient } from "../http/azureml-client.ts";
import { nonEmptyText, objectAt } from "../http/json.ts";

/** The container behind a datastore, and what opens it: its own secret where it has one, else the app's identity. */
export async function datastoreContainer(
  { client, isStorage }: { readonly client: AzureMLClient; readonly isStorage: IsAllowedStorageUrl },
  name: string,
  options: CallOptions,
): Promise<ForeignContainer> {
  const store = await client.get(`datastores/${encodeURIComponent(name)}`, {}, options);
  if (store === undefined) throw new BackendRefusal("datastore_not_found", `The workspace has no datastore ${name}.`);
  const properties = objectAt(store, "properties");
  const [account, container, endpoint] = [
    nonEmptyText(properties.accountName),
    nonEmptyText(properties.containerName),
    nonEmptyText(properties.endpoint),
  ];
  if (
    properties.datastoreType !== "AzureBlob" ||
    account === undefined ||
    container === undefined ||
    endpoint === undefined
  ) {
    throw new BackendRefusal(
      "unsupported_datastore",
      `Datastore ${name} is of type ${String(properties.datastoreType)}; files are uploaded to AzureBlob only.`,
    );
  }
  const protocol = nonEmptyText(properties.protocol) ?? "https";
  // An emulator has its accounts as paths.
  const base = /^[\d.]+:\d+$/.test(endpoint)
    ? `${protocol}://${endpoint}/${account}`
    : `${protocol}://${account}.blob.${endpoint}`;
  const url = `${base}/${container}`;
  if (!isStorage(url))
    throw new ServiceError(
      "unavailable",
      `Datastore ${name} is at ${new URL(url).host}, where no files are uploaded to; see JOBS_AZUREML_LOG_HOSTS.`,
    );
  const type = nonEmptyText(objectAt(properties, "credentials").credentialsType);
  if (type === undefined || type === "None") return { url, access: "identity" };
  const secrets = await client.post(`datastores/${encodeURIComponent(name)}/listSecrets`, {}, options);
  const [sas, accountKey] = [nonEmptyText(secrets.sasToken), nonEmptyText(secrets.key)];
  if (sas !== undefined) return { url, access: { sas: sas.startsWith("?") ? sas : `?${sas}` } };
  if (accountKey !== undefined) return { url, access: { account, accountKey } };
  throw new BackendRefusal(
    "unsupported_datastore",
    `Datastore ${name} has credentials of type ${type}; expected an account key, a SAS or none.`,
  );
}
