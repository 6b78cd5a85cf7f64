/** Small text blobs, read and written in one call. */
import type { BlobRequestConditions, ContainerClient } from "@azure/storage-blob";
import { isServiceError } from "../../core/errors.ts";
import type { CallOptions, Versioned } from "../../core/ports/ports.ts";
import { callWith } from "../account/client-call.ts";
import { createParentIfMissing } from "../account/create-parent-if-missing.ts";
import type { StorageResource } from "../account/storage-account.ts";
import type { StorageCall } from "../account/storage-call.ts";
import { isErrorResponse, undefinedIfNotFound } from "../account/storage-refusal.ts";
import { createContainer } from "./create-container.ts";

export interface TextBlobs {
  read(path: string, options?: CallOptions): Promise<Versioned<string> | undefined>;
  /** Returns the new ETag. @throws ServiceError `conflict` when the conditions are not met. */
  write(
    path: string,
    text: string,
    contentType: string,
    conditions: BlobRequestConditions,
    options?: CallOptions,
  ): Promise<string>;
  /** Succeeds for a missing blob. @throws ServiceError `conflict` when the conditions are not met. */
  delete(path: string, conditions: BlobRequestConditions, options?: CallOptions): Promise<void>;
}

/** The text blobs of a container, which is created by the first write. */
export function createTextBlobs(container: StorageResource<ContainerClient>, storageCall: StorageCall): TextBlobs {
  const call = callWith(container, storageCall);
  const at = (path: string) => `${container.name}/${path}`;
  const exists = (path: string, options?: CallOptions) =>
    call(
      `check whether ${at(path)} exists`,
      (client, abortSignal) => client.getBlockBlobClient(path).exists({ abortSignal }),
      options,
    );
  return {
    async read(path, options) {
      return undefinedIfNotFound(call(`read ${at(path)}`, (client, signal) => download(client, path, signal), options));
    },
    async write(path, text, contentType, conditions, options) {
      const body = Buffer.from(text);
      const settings = { conditions, blobHTTPHeaders: { blobContentType: contentType } };
      const upload = (client: ContainerClient, abortSignal: AbortSignal) =>
        client.getBlockBlobClient(path).upload(body, body.length, { abortSignal, ...settings });
      const { etag } = await createParentIfMissing(
        () => createContainer(container, storageCall, options),
        () => call(`write ${at(path)}`, upload, options),
      );
      return etag ?? "";
    },
    async delete(path, conditions, options) {
      try {
        await call(
          `delete ${at(path)}`,
          (client, abortSignal) => client.getBlockBlobClient(path).delete({ abortSignal, conditions }),
          options,
        );
      } catch (error) {
        // Azurite responds with 412 for a missing blob.
        const isMissing =
          isErrorResponse(error, 404) || (isServiceError(error, "conflict") && !(await exists(path, options)));
        if (!isMissing) throw error;
      }
    },
  };
}

/** Downloads in one request; `downloadToBuffer` would request the size first. */
async function download(
  container: ContainerClient,
  path: string,
  abortSignal: AbortSignal,
): Promise<Versioned<string>> {
  const { readableStreamBody, etag = "" } = await container
    .getBlockBlobClient(path)
    .download(0, undefined, { abortSignal });
  const chunks: Buffer[] = [];
  for await (const chunk of readableStreamBody ?? []) chunks.push(Buffer.from(chunk));
  return { value: Buffer.concat(chunks).toString("utf8"), etag };
}
