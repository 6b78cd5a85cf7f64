/** Uploads data and build contexts of a bundle to a datastore, below the hash of their content. */
import { posix } from "node:path";
import type { CallOptions } from "../../../core/ports/ports.ts";
import { uploadHash, uploadPath } from "../rest/asset-ids/asset-hashes.ts";
import type { BundleData } from "./bundle-files.ts";
import { datastoreContainer } from "./datastore-container.ts";
import type { UploadPorts } from "./upload-code.ts";

export interface UploadedData {
  /** `azureml://datastores/...` */
  readonly uri: string;
  /** The address in storage; the address of a folder ends with a slash. */
  readonly url: string;
}

export async function uploadData(
  ports: UploadPorts,
  { name, files, isFolder, isIgnored, datastore }: BundleData & { readonly datastore: string },
  options: CallOptions,
): Promise<UploadedData> {
  const hash = isFolder
    ? await uploadHash(files, isIgnored)
    : await uploadHash(files.map((file) => ({ ...file, path: "" })));
  const target = uploadPath(hash, name);
  const container = await datastoreContainer(ports, datastore, options);
  for (const file of files.filter(({ path }) => !isIgnored(path)))
    await ports.uploads.put(container, isFolder ? posix.join(target, file.path) : target, file, options);
  return {
    uri: `azureml://datastores/${datastore}/paths/${target}`,
    url: `${container.url}/${target}${isFolder ? "/" : ""}`,
  };
}
