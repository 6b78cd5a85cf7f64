/** Data and build contexts of a bundle: files in a datastore, below the hash of their content. */
import { posix } from "node:path";
import type { CallOptions } from "../../../core/ports.ts";
import { uploadHash, uploadPlace } from "../rest/asset-hash.ts";
import { datastoreContainer } from "./datastore.ts";
import type { AssetFile, UploadPorts } from "./upload-code.ts";

export interface UploadedData {
  /** `azureml://datastores/...`; a folder's ends with a slash. */
  readonly uri: string;
  /** The address of the same in storage. */
  readonly url: string;
}

/** @param folder whether `files` are those of a folder; else it is one file. */
export async function uploadData(
  ports: UploadPorts,
  { name, files, folder, datastore }: { readonly name: string; readonly files: readonly AssetFile[]; readonly folder: boolean; readonly datastore: string },
  options: CallOptions,
): Promise<UploadedData> {
  const hash = await uploadHash(folder ? files : files.map((file) => ({ ...file, path: "" })));
  const place = uploadPlace(hash, name);
  const container = await datastoreContainer(ports, datastore, options);
  for (const file of files) await ports.uploads.put(container, folder ? posix.join(place, file.path) : place, file, options);
  const end = folder ? "/" : "";
  return { uri: `azureml://datastores/${datastore}/paths/${place}${end}`, url: `${container.url}/${place}${end}` };
}
