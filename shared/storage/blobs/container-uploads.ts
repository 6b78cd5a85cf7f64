import { Readable } from "node:stream";
import { isServiceError } from "../../core/errors.ts";
import type { TokenCredential } from "../../core/ports/ports.ts";
import type { ContainerUploads, ForeignContainer } from "../../core/ports/storage-ports.ts";
import { clientOptions } from "../../lib/proxy.ts";
import type { StorageCall } from "../account/storage-call.ts";

const blockBytes = 4 * 1024 * 1024;
const concurrency = 2;

/** Uploads files to containers of other accounts. @param credential the identity of the app. */
export function createContainerUploads(call: StorageCall, credential: TokenCredential): ContainerUploads {
  return {
    async put(container, path, { size, content }, options = {}) {
      const client = await openContainer(container, credential);
      const blob = client.getBlockBlobClient(path);
      const run = (abortSignal: AbortSignal) =>
        blob.uploadStream(Readable.from(content()), blockBytes, concurrency, {
          abortSignal,
          conditions: { ifNoneMatch: "*" },
        });
      try {
        await call(`upload ${path}`, run, { ...options, bytes: size });
      } catch (error) {
        // An existing blob has the same content, because paths contain a digest of it.
        if (!isServiceError(error, "conflict")) throw error;
      }
    },
  };
}

async function openContainer({ url, access }: ForeignContainer, credential: TokenCredential) {
  const { ContainerClient, StorageSharedKeyCredential } = await import("@azure/storage-blob");
  const options = { retryOptions: { maxTries: 1 }, ...clientOptions(url) };
  if (access === "identity") return new ContainerClient(url, credential, options);
  if ("sas" in access) return new ContainerClient(`${url}${access.sas}`, undefined, options);
  return new ContainerClient(url, new StorageSharedKeyCredential(access.account, access.accountKey), options);
}
