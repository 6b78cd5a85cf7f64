import type { ContainerClient } from "@azure/storage-blob";
import type { LogUrlStore, SignedLogUrls } from "../../core/ports/storage-ports.ts";
import type { StorageResource } from "../account/storage-account.ts";
import type { StorageCall } from "../account/storage-call.ts";
import { isStoredName } from "./stored-name.ts";
import { createTextBlobs } from "./text-blobs.ts";

/** Stores signed log URLs as `{name}.json` in a private container. */
export function createBlobLogUrls(container: StorageResource<ContainerClient>, call: StorageCall): LogUrlStore {
  const texts = createTextBlobs(container, call);
  const path = (name: string) => {
    if (!isStoredName(name)) throw new Error(`${JSON.stringify(name.slice(0, 200))} is not a job name.`);
    return `${name}.json`;
  };
  return {
    async get(name, options) {
      const stored = isStoredName(name) ? await texts.read(path(name), options) : undefined;
      return stored && (JSON.parse(stored.value) as SignedLogUrls);
    },
    async put(name, urls, options) {
      await texts.write(path(name), JSON.stringify(urls), "application/json", {}, options);
    },
    async delete(name, options) {
      await texts.delete(path(name), {}, options);
    },
  };
}
