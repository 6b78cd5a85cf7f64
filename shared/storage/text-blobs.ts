/** Blobs that are one small text, read and written whole. */
import type { BlobRequestConditions, ContainerClient } from "@azure/storage-blob";
import type { CallOptions, Versioned } from "../core/ports.ts";
import type { Place } from "./account.ts";
import { isRefusal, makingParent, type StorageCall, unlessMissing } from "./call.ts";

export interface TextBlobs {
  read(path: string, options?: CallOptions): Promise<Versioned<string> | undefined>;
  /** Gives the new ETag. @throws ServiceError `conflict` when the conditions do not hold. */
  write(path: string, text: string, contentType: string, conditions: BlobRequestConditions, options?: CallOptions): Promise<string>;
  /** Succeeds when it was gone. @throws ServiceError `conflict` when the conditions do not hold. */
  delete(path: string, conditions: BlobRequestConditions, options?: CallOptions): Promise<void>;
}

/** The texts of one container, which is made when the first of them is written. */
export function createTextBlobs(container: Place<ContainerClient>, call: StorageCall): TextBlobs {
  const blob = async (path: string) => (await container.client()).getBlockBlobClient(path);
  return {
    async read(path, options) {
      // `downloadToBuffer` would ask for the size first.
      const download = async (abortSignal: AbortSignal): Promise<Versioned<string>> => {
        const { readableStreamBody, etag = "" } = await (await blob(path)).download(0, undefined, { abortSignal });
        const chunks: Buffer[] = [];
        for await (const chunk of readableStreamBody ?? []) chunks.push(Buffer.from(chunk));
        return { value: Buffer.concat(chunks).toString("utf8"), etag };
      };
      return unlessMissing(call(`read ${container.name}/${path}`, download, options));
    },
    async write(path, text, contentType, conditions, options) {
      const body = Buffer.from(text);
      const settings = { conditions, blobHTTPHeaders: { blobContentType: contentType } };
      const { etag } = await makingParent(
        () => makeContainer(container, call, options),
        () =>
          call(`write ${container.name}/${path}`, async (abortSignal) => (await blob(path)).upload(body, body.length, { abortSignal, ...settings }), options),
      );
      return etag ?? "";
    },
    async delete(path, conditions, options) {
      try {
        await call(`delete ${container.name}/${path}`, async (abortSignal) => (await blob(path)).delete({ abortSignal, conditions }), options);
      } catch (error) {
        if (!isRefusal(error, 404)) throw error;
      }
    },
  };
}

export async function makeContainer(container: Place<ContainerClient>, call: StorageCall, options?: CallOptions): Promise<void> {
  await call(`make container ${container.name}`, async (abortSignal) => (await container.client()).createIfNotExists({ abortSignal }), options);
}
