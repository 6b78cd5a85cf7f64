/** Registers code of a bundle as a code asset: an existing one with the same hash, or a new one with uploaded files. */
import { ServiceError } from "../../../core/errors.ts";
import type { CallOptions } from "../../../core/ports/ports.ts";
import type { ContainerUploads, ForeignContainer, UploadedFile } from "../../../core/ports/storage-ports.ts";
import type { IsAllowedStorageUrl } from "../http/allowed-storage-urls.ts";
import type { AzureMLClient } from "../http/azureml-client.ts";
import { AzureMLError } from "../http/azureml-error.ts";
import { isObject, nonEmptyText, objectAt } from "../http/json.ts";
import { codeHash, codeHashVersion, guidFromHash } from "../rest/asset-ids/asset-hashes.ts";

export interface UploadPorts {
  readonly client: AzureMLClient;
  readonly uploads: ContainerUploads;
  readonly isAllowedUrl: IsAllowedStorageUrl;
}

/** A file of a bundle with its path in the asset. */
export interface AssetFile extends UploadedFile {
  readonly path: string;
}

/**
 * Returns the path of the code asset below the workspace, e.g. `codes/NAME/versions/1`.
 * @throws ServiceError `unavailable`, `throttled`; AzureMLError.
 */
export async function uploadCode(
  ports: UploadPorts,
  files: readonly AssetFile[],
  options: CallOptions,
): Promise<string> {
  const { client, uploads } = ports;
  const hash = await codeHash(files);
  // The name derives from the content, so concurrent uploads of the same files create one asset.
  const name = guidFromHash(hash);
  const existing = await findCode(client, name, hash, options);
  if (existing !== undefined) return existing;
  const path = `codes/${name}/versions/1`;
  const container = await createContainer(ports, path, options);
  for (const file of files) await uploads.put(container, file.path, file, options);
  const properties = {
    codeUri: container.url,
    isAnonymous: true,
    isArchived: false,
    properties: { hash_sha256: hash, hash_version: codeHashVersion },
  };
  await client.put(path, { properties }, options).catch(ignoreAlreadyExists);
  return path;
}

async function findCode(
  client: AzureMLClient,
  name: string,
  hash: string,
  options: CallOptions,
): Promise<string | undefined> {
  const list = await client.get(`codes/${name}/versions`, { hash, hashVersion: codeHashVersion }, options);
  const assets = Array.isArray(list?.value) ? list.value : [];
  return assets.map((asset) => (isObject(asset) ? codePath(asset.id) : undefined)).find((path) => path !== undefined);
}

/** The `codes/NAME/versions/VERSION` at the end of an ARM id. */
function codePath(id: unknown): string | undefined {
  return /\/(codes\/[^/]+\/versions\/[^/]+)$/.exec(nonEmptyText(id) ?? "")?.[1];
}

/** The container that Azure ML creates for the files of a new code asset. */
async function createContainer(
  { client, isAllowedUrl }: UploadPorts,
  path: string,
  options: CallOptions,
): Promise<ForeignContainer> {
  const pending = { pendingUploadType: "TemporaryBlobReference" };
  const started = await client.post(`${path}/startPendingUpload`, pending, options);
  const reference = objectAt(started, "blobReferenceForConsumption");
  const url = nonEmptyText(reference.blobUri);
  const sasUri = nonEmptyText(objectAt(reference, "credential").sasUri);
  if (url === undefined || sasUri === undefined || !isAllowedUrl(sasUri)) {
    const host = sasUri !== undefined && URL.canParse(sasUri) ? new URL(sasUri).host : undefined;
    const storage =
      host === undefined ? "no storage for the code" : `storage at ${host} for the code, which is not allowed`;
    throw new ServiceError("unavailable", `Azure ML returned ${storage}. Check JOBS_AZUREML_LOG_HOSTS.`);
  }
  return { url, access: { sas: new URL(sasUri).search } };
}

/**
 * Ignores the error of a PUT of an asset that exists: its path derives from its content, so the content is the same.
 */
export function ignoreAlreadyExists(error: unknown): void {
  const exists =
    error instanceof AzureMLError &&
    (error.statusCode === 409 ||
      error.codes.includes("Immutable") ||
      /cannot be updated|already exists/i.test(error.reason ?? ""));
  if (!exists) throw error;
}
