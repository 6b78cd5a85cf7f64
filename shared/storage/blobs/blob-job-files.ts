import type { AppendBlobClient, ContainerClient } from "@azure/storage-blob";
import { isServiceError } from "../../core/errors.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import type { JobFiles } from "../../core/ports/storage-ports.ts";
import { forEachConcurrent } from "../../lib/for-each-concurrent.ts";
import { callWith } from "../account/client-call.ts";
import { createParentIfMissing } from "../account/create-parent-if-missing.ts";
import { pages } from "../account/pages.ts";
import type { SignUrl } from "../account/sign-url.ts";
import type { StorageResource } from "../account/storage-account.ts";
import type { StorageCall } from "../account/storage-call.ts";
import { undefinedIfNotFound } from "../account/storage-refusal.ts";
import { appendBytes } from "./append-bytes.ts";
import { createContainer } from "./create-container.ts";
import { openRead } from "./read-blob.ts";
import { isStoredName, pathToWrite, storedPath } from "./stored-name.ts";
import { uploadFile } from "./upload-file.ts";

const maxDeletes = 16;
const text = { blobContentType: "text/plain; charset=utf-8" };

/** Stores files of jobs as `{name}/{path}`. */
export function createBlobJobFiles(
  container: StorageResource<ContainerClient>,
  storageCall: StorageCall,
  signUrl: SignUrl,
): JobFiles {
  const call = callWith(container, storageCall);
  const at = (path: string) => `${container.name}/${path}`;

  async function* blobs(name: string, options?: CallOptions) {
    if (!isStoredName(name)) return;
    const list = (client: ContainerClient, abortSignal: AbortSignal) =>
      client.listBlobsFlat({ abortSignal, prefix: `${name}/` });
    for await (const { segment } of pages(call, `list ${at(`${name}/`)}`, list, options)) yield* segment.blobItems;
  }

  async function createFile(blob: AppendBlobClient, options?: CallOptions): Promise<void> {
    const create = (_: ContainerClient, abortSignal: AbortSignal) =>
      blob.create({ abortSignal, conditions: { ifNoneMatch: "*" }, blobHTTPHeaders: text });
    try {
      await createParentIfMissing(
        () => createContainer(container, storageCall, options),
        () => call(`create ${at(blob.name)}`, create, options),
      );
    } catch (error) {
      if (!isServiceError(error, "conflict")) throw error;
    }
  }

  return {
    async list(name, options) {
      const files = [];
      for await (const { name: blob, properties } of blobs(name, options)) {
        files.push({
          path: blob.slice(name.length + 1),
          size: properties.contentLength ?? 0,
          modified_at: properties.lastModified.toISOString(),
        });
      }
      return files;
    },
    async read(name, path, range, options) {
      const whole = storedPath(name, path);
      return whole === undefined
        ? undefined
        : openRead((await container.client()).getBlobClient(whole), storageCall, range, options);
    },
    async sign(name, path, expires, options) {
      return signUrl((await container.client()).getBlobClient(pathToWrite(name, path)), expires, options);
    },
    async deleteAll(name, options) {
      const remove = async (blob: string) => {
        await undefinedIfNotFound(
          call(
            `delete ${at(blob)}`,
            (client, abortSignal) => client.getBlobClient(blob).delete({ abortSignal }),
            options,
          ),
        );
      };
      await forEachConcurrent(blobs(name, options), maxDeletes, (blob) => remove(blob.name));
    },
    async append(name, path, offset, bytes, options) {
      const blob = (await container.client()).getAppendBlobClient(pathToWrite(name, path));
      await appendBytes(blob, storageCall, offset, bytes, () => createFile(blob, options), options);
    },
    async upload(name, path, file, options) {
      const blob = (await container.client()).getBlockBlobClient(pathToWrite(name, path));
      await createParentIfMissing(
        () => createContainer(container, storageCall, options),
        () => uploadFile(blob, file, storageCall, options),
      );
    },
  };
}
