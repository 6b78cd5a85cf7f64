import { ServiceError } from "../../../core/errors.ts";
import { BackendRefusal } from "../../../core/ports/backend-port.ts";
import type { CallOptions } from "../../../core/ports/ports.ts";
import type { ForeignContainer } from "../../../core/ports/storage-ports.ts";
import type { IsAllowedStorageUrl } from "../http/allowed-storage-urls.ts";
import type { AzureMLClient } from "../http/azureml-client.ts";
import { type JsonObject, nonEmptyText, objectAt } from "../http/json.ts";

interface DatastorePorts {
  readonly client: AzureMLClient;
  readonly isAllowedUrl: IsAllowedStorageUrl;
}

/**
 * The container of a datastore, with the datastore's own secret, or the app's identity if it has none.
 * @throws BackendRefusal `datastore_not_found`, `unsupported_datastore`; ServiceError `unavailable` for a host that is
 * not allowed.
 */
export async function datastoreContainer(
  { client, isAllowedUrl }: DatastorePorts,
  name: string,
  options: CallOptions,
): Promise<ForeignContainer> {
  const path = `datastores/${encodeURIComponent(name)}`;
  const store = await client.get(path, {}, options);
  if (store === undefined) throw new BackendRefusal("datastore_not_found", `The workspace has no datastore ${name}.`);
  const properties = objectAt(store, "properties");
  const { url, account } = containerAddress(name, properties);
  if (!isAllowedUrl(url))
    throw new ServiceError(
      "unavailable",
      `Datastore ${name} is on the host ${new URL(url).host}, which is not allowed for uploads. ` +
        "Add its domain to JOBS_AZUREML_LOG_HOSTS.",
    );
  const type = nonEmptyText(objectAt(properties, "credentials").credentialsType);
  if (type === undefined || type === "None") return { url, access: "identity" };
  const secrets = await client.post(`${path}/listSecrets`, {}, options);
  const [sas, accountKey] = [nonEmptyText(secrets.sasToken), nonEmptyText(secrets.key)];
  if (sas !== undefined) return { url, access: { sas: sas.startsWith("?") ? sas : `?${sas}` } };
  if (accountKey !== undefined) return { url, access: { account, accountKey } };
  throw new BackendRefusal(
    "unsupported_datastore",
    `Datastore ${name} has credentials of type ${type}; expected an account key, a SAS or none.`,
  );
}

function containerAddress(name: string, properties: JsonObject): { readonly url: string; readonly account: string } {
  const account = nonEmptyText(properties.accountName);
  const container = nonEmptyText(properties.containerName);
  const endpoint = nonEmptyText(properties.endpoint);
  const isBlob = properties.datastoreType === "AzureBlob";
  if (!isBlob || account === undefined || container === undefined || endpoint === undefined) {
    throw new BackendRefusal(
      "unsupported_datastore",
      `Datastore ${name} is of type ${String(properties.datastoreType)}; files are uploaded to AzureBlob only.`,
    );
  }
  const protocol = nonEmptyText(properties.protocol) ?? "https";
  // In an emulator the account is the first part of the path.
  const isEmulator = /^[\d.]+:\d+$/.test(endpoint);
  const root = isEmulator ? `${protocol}://${endpoint}/${account}` : `${protocol}://${account}.blob.${endpoint}`;
  return { url: `${root}/${container}`, account };
}
