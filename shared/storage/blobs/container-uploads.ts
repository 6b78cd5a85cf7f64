import { Readable } from "node:stream";
import { isServiceError } from "../../core/errors.ts";
import type { TokenCredential } from "../../core/ports/ports.ts";
import type { ContainerUploads, ForeignContainer } from "../../core/ports/storage-ports.ts";
import { clientOptions } from "../../lib/proxy.ts";
import type { StorageCall } from "../account/storage-call.ts";

const blockBytes = 4 * 1024 * 1024;
const parallel = 2;

/** Writes into containers of other accounts. @param credential the app's identity, for those that it opens. */
export function createContainerUploads(call: StorageCall, credential: TokenCredential): ContainerUploads {
  return {
    async put(container, path, { size, content }, options = {}) {
      const client = await openContainer(container, credential);
      const blob = client.getBlockBlobClient(path);
      const run = (abortSignal: AbortSignal) =>
        blob.uploadStream(Readable.from(content()), blockBytes, parallel, {
          abortSignal,
          conditions: { ifNoneMatch: "*" },
        });
      try {
        await call(`upload ${path}`, run, { ...options, bytes: size });
      } catch (error) {
        // What is there is the same: places are named after what lies in them.
        if (!isServiceError(error, "conflict")) throw error;
      }
    },
  };
}

async function openContainer({ url, access }: ForeignContainer, credential: TokenCredential) {
  const { ContainerClient, StorageSharedKeyCredential } = await import("@azure/storage-blob");
  const once = { retryOptions: { maxTries: 1 }, ...clientOptions(url) };
  if (access === "identity") return new ContainerClient(url, credential, once);
  if ("sas" in access) return new ContainerClient(`${url}${access.sas}`, undefined, once);
  return new ContainerClient(url, new StorageSharedKeyCredential(access.account, access.accountKey), once);
}
