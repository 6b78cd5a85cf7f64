/** Code of a bundle as a code asset: found again by the hash of its files, else uploaded to a container that Azure ML makes for it. */
import { ServiceError } from "../../../core/errors.ts";
import type { CallOptions } from "../../../core/ports/ports.ts";
import type { ContainerUploads, UploadedFile } from "../../../core/ports/storage-ports.ts";
import type { IsAllowedStorageUrl } from "../http/allowed-storage-urls.ts";
import type { AzureMLClient } from "../http/azureml-client.ts";
import { AzureMLError } from "../http/azureml-error.ts";
import { isObject, nonEmptyText, objectAt } from "../http/json.ts";
import { codeHash, codeHashVersion } from "../rest/asset-ids/asset-hashes.ts";
import { guidFromHash } from "./guid-of.ts";

export interface UploadPorts {
  readonly client: AzureMLClient;
  readonly uploads: ContainerUploads;
  /** Files go to the same places that logs come from. */
  readonly isStorage: IsAllowedStorageUrl;
}

/** A file of a bundle under its path in the asset. */
export interface AssetFile extends UploadedFile {
  readonly path: string;
}

/** Gives the place of the code asset below the workspace. @throws ServiceError `unavailable`, `throttled`; AzureMLError. */
export async function uploadCode(
  { client, uploads, isStorage }: UploadPorts,
  files: readonly AssetFile[],
  options: CallOptions,
): Promise<string> {
  const hash = await codeHash(files);
  // Named after its content: whoever uploads the same at the same time ends up with the same asset.
  const name = guidFromHash(hash);
  const place = `codes/${name}/versions/1`;
  const found = await client.get(`codes/${name}/versions`, { hash, hashVersion: codeHashVersion }, options);
  const known = Array.isArray(found?.value)
    ? found.value.map((asset) => (isObject(asset) ? placeIn(asset.id) : undefined)).find((id) => id !== undefined)
    : undefined;
  if (known !== undefined) return known;
  const started = await client.post(
    `${place}/startPendingUpload`,
    { pendingUploadType: "TemporaryBlobReference" },
    options,
  );
  const reference = objectAt(started, "blobReferenceForConsumption");
  const [codeUri, sasUri] = [nonEmptyText(reference.blobUri), nonEmptyText(objectAt(reference, "credential").sasUri)];
  if (codeUri === undefined || sasUri === undefined || !isStorage(sasUri)) {
    throw new ServiceError(
      "unavailable",
      "Azure ML named no storage that code may be uploaded to; see JOBS_AZUREML_LOG_HOSTS.",
    );
  }
  const container = { url: codeUri, access: { sas: new URL(sasUri).search } };
  for (const file of files) await uploads.put(container, file.path, file, options);
  const properties = {
    codeUri,
    isAnonymous: true,
    isArchived: false,
    properties: { hash_sha256: hash, hash_version: codeHashVersion },
  };
  await client.put(place, { properties }, options).catch(ignoreAlreadyExists);
  return place;
}

/** `codes/...` at the end of an ARM id. */
function placeIn(id: unknown): string | undefined {
  return /\/(codes\/[^/]+\/versions\/[^/]+)$/.exec(nonEmptyText(id) ?? "")?.[1];
}

/** Somebody was quicker, with the same content. */
export function ignoreAlreadyExists(error: unknown): void {
  const isThere =
    error instanceof AzureMLError &&
    (error.statusCode === 409 ||
      error.codes.includes("Immutable") ||
      /cannot be updated|already exists/i.test(error.reason ?? ""));
  if (!isThere) throw error;
}
