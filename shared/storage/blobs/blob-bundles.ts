import type { ContainerClient } from "@azure/storage-blob";
import type { CallOptions } from "../../core/ports/ports.ts";
import type { BundleStore } from "../../core/ports/storage-ports.ts";
import { quoteETag } from "../../core/text/etag.ts";
import { callWith } from "../account/client-call.ts";
import { createParentIfMissing } from "../account/create-parent-if-missing.ts";
import { pages } from "../account/pages.ts";
import type { StorageResource } from "../account/storage-account.ts";
import type { StorageCall } from "../account/storage-call.ts";
import { undefinedIfNotFound } from "../account/storage-refusal.ts";
import { createContainer } from "./create-container.ts";
import { openRead } from "./read-blob.ts";
import { createTextBlobs } from "./text-blobs.ts";
import { uploadFile } from "./upload-file.ts";

/**
 * Stores bundles as `{sha256}.zip`. A renewal writes the metadata, which changes the modification time and the ETag.
 */
export function createBlobBundles(container: StorageResource<ContainerClient>, storageCall: StorageCall): BundleStore {
  const call = callWith(container, storageCall);
  const texts = createTextBlobs(container, storageCall);
  const blobName = (sha256: string): string => {
    if (!isSha256(sha256)) throw new Error(`${JSON.stringify(sha256.slice(0, 100))} is not the SHA-256 of a bundle.`);
    return `${sha256}.zip`;
  };

  async function renew(sha256: string, options?: CallOptions): Promise<boolean> {
    const touch = (client: ContainerClient, abortSignal: AbortSignal) =>
      client.getBlockBlobClient(blobName(sha256)).setMetadata({}, { abortSignal });
    return (await undefinedIfNotFound(call(`renew ${container.name}/${sha256}.zip`, touch, options))) !== undefined;
  }

  return {
    renew,
    async put(sha256, zip, options) {
      if (await renew(sha256, options)) return;
      const blob = (await container.client()).getBlockBlobClient(blobName(sha256));
      try {
        await createParentIfMissing(
          () => createContainer(container, storageCall, options),
          () => uploadFile(blob, zip, storageCall, options),
        );
      } catch (error) {
        // A concurrent upload of the same blob discards these blocks, and stores the same bytes.
        if (!(await renew(sha256, options).catch(() => false))) throw error;
      }
    },
    async read(sha256, options) {
      return isSha256(sha256)
        ? openRead((await container.client()).getBlobClient(blobName(sha256)), storageCall, undefined, options)
        : undefined;
    },
    async delete(sha256, etag, options) {
      await texts.delete(blobName(sha256), { ifMatch: etag }, options);
    },
    async *list(options) {
      const list = (client: ContainerClient, abortSignal: AbortSignal) => client.listBlobsFlat({ abortSignal });
      for await (const { segment } of pages(call, `list ${container.name}`, list, options)) {
        for (const { name, properties } of segment.blobItems) {
          const sha256 = name.replace(/\.zip$/, "");
          if (isSha256(sha256))
            yield { sha256, etag: quoteETag(properties.etag), renewed_at: properties.lastModified.toISOString() };
        }
      }
    },
  };
}

function isSha256(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}
