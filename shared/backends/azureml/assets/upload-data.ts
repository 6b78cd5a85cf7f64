/** Data and build contexts of a bundle: files in a datastore, below the hash of their content. */
import { posix } from "node:path";
import type { CallOptions } from "../../../core/ports/ports.ts";
import { uploadHash, uploadPath } from "../rest/asset-ids/asset-hashes.ts";
import type { BundleData } from "./bundle-files.ts";
import { datastoreContainer } from "./datastore-container.ts";
import type { UploadPorts } from "./upload-code.ts";

export interface UploadedData {
  /** `azureml://datastores/...` */
  readonly uri: string;
  /** The address of the same in storage; a folder's ends with a slash. */
  readonly url: string;
}

export async function uploadData(
  ports: UploadPorts,
  { name, files, folder, isIgnored, datastore }: BundleData & { readonly datastore: string },
  options: CallOptions,
): Promise<UploadedData> {
  const hash = await (folder ? uploadHash(files, isIgnored) : uploadHash(files.map((file) => ({ ...file, path: "" }))));
  const place = uploadPath(hash, name);
  const container = await datastoreContainer(ports, datastore, options);
  for (const file of files.filter(({ path }) => !isIgnored(path)))
    await ports.uploads.put(container, folder ? posix.join(place, file.path) : place, file, options);
  return {
    uri: `azureml://datastores/${datastore}/paths/${place}`,
    url: `${container.url}/${place}${folder ? "/" : ""}`,
  };
}
