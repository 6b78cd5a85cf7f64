import type { ContainerClient } from "@azure/storage-blob";
import { isServiceError } from "../../core/errors.ts";
import type { InboxStore } from "../../core/ports/inbox-ports.ts";
import { isBlobSafePath } from "../../core/text/blob-safe-path.ts";
import { quoteETag } from "../../core/text/etag.ts";
import { callWith } from "../account/client-call.ts";
import type { StorageResource } from "../account/storage-account.ts";
import type { StorageCall } from "../account/storage-call.ts";
import { undefinedIfNotFound } from "../account/storage-refusal.ts";
import { openRead } from "./read-blob.ts";

/** Reads the files of the inbox. */
export function createBlobInbox(container: StorageResource<ContainerClient>, storageCall: StorageCall): InboxStore {
  const call = callWith(container, storageCall);
  return {
    async find(path, options) {
      if (!isBlobSafePath(path)) return undefined;
      const action = `read the properties of ${container.name}/${path}`;
      const getProperties = (client: ContainerClient, abortSignal: AbortSignal) =>
        client.getBlobClient(path).getProperties({ abortSignal });
      const properties = await undefinedIfNotFound(call(action, getProperties, options));
      if (properties === undefined) return undefined;
      const { etag = "", contentLength: size = 0, lastModified = new Date(0) } = properties;
      return { path, etag: quoteETag(etag), size, modified_at: lastModified.toISOString() };
    },
    async open(path, etag, options) {
      if (!isBlobSafePath(path)) return undefined;
      try {
        const blob = (await container.client()).getBlobClient(path);
        const content = await openRead(blob, storageCall, undefined, { ...options, ifMatch: etag });
        if (content === undefined) return undefined;
        const { size, modified_at, body } = content;
        return { path, etag: quoteETag(content.etag), size, modified_at, body };
      } catch (error) {
        if (isServiceError(error, "conflict")) return undefined;
        throw error;
      }
    },
    async page(continuation, options) {
      const list = (client: ContainerClient, abortSignal: AbortSignal) =>
        client
          .listBlobsFlat({ abortSignal })
          .byPage(continuation === undefined ? {} : { continuationToken: continuation })
          .next();
      const page = await undefinedIfNotFound(call(`list ${container.name}`, list, options));
      if (page === undefined || page.done === true) return { drops: [] };
      const { segment, continuationToken } = page.value;
      const drops = segment.blobItems.map(({ name, properties }) => ({
        path: name,
        etag: quoteETag(properties.etag),
        size: properties.contentLength ?? 0,
        modified_at: properties.lastModified.toISOString(),
      }));
      // The token of the last page is empty.
      return continuationToken === undefined || continuationToken === ""
        ? { drops }
        : { drops, continuation: continuationToken };
    },
  };
}
