/** Blobs that are one small text, read and written whole. */
import type { BlobRequestConditions, BlockBlobClient, ContainerClient } from "@azure/storage-blob";
import type { CallOptions, Versioned } from "../core/ports.ts";
import { isRefusal, makingParent, type StorageCall, unlessMissing } from "./call.ts";

export interface TextBlobs {
  read(path: string, options?: CallOptions): Promise<Versioned<string> | undefined>;
  /** Gives the new ETag. @throws ServiceError `conflict` when the conditions do not hold. */
  write(path: string, text: string, contentType: string, conditions: BlobRequestConditions, options?: CallOptions): Promise<string>;
  /** Succeeds when it was gone. @throws ServiceError `conflict` when the conditions do not hold. */
  delete(path: string, conditions: BlobRequestConditions, options?: CallOptions): Promise<void>;
}

/** The texts of one container, which is made when the first of them is written. */
export function createTextBlobs(container: ContainerClient, call: StorageCall): TextBlobs {
  const at = (path: string) => `${container.containerName}/${path}`;
  return {
    async read(path, options) {
      return unlessMissing(call(`read ${at(path)}`, (signal) => readText(container.getBlockBlobClient(path), signal), options));
    },
    async write(path, text, contentType, conditions, options) {
      const body = Buffer.from(text);
      const upload = (abortSignal: AbortSignal) =>
        container.getBlockBlobClient(path).upload(body, body.length, { abortSignal, conditions, blobHTTPHeaders: { blobContentType: contentType } });
      const { etag } = await makingParent(
        () => call(`make container ${container.containerName}`, (abortSignal) => container.createIfNotExists({ abortSignal }), options),
        () => call(`write ${at(path)}`, upload, options),
      );
      return etag ?? "";
    },
    async delete(path, conditions, options) {
      try {
        await call(`delete ${at(path)}`, (abortSignal) => container.getBlockBlobClient(path).delete({ abortSignal, conditions }), options);
      } catch (error) {
        if (!isRefusal(error, 404)) throw error;
      }
    },
  };
}

/** `downloadToBuffer` would ask for the size first. */
async function readText(blob: BlockBlobClient, abortSignal: AbortSignal): Promise<Versioned<string>> {
  const { readableStreamBody, etag = "" } = await blob.download(0, undefined, { abortSignal });
  const chunks: Buffer[] = [];
  for await (const chunk of readableStreamBody ?? []) chunks.push(Buffer.from(chunk));
  return { value: Buffer.concat(chunks).toString("utf8"), etag };
}
