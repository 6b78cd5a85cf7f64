import type { ContainerClient } from "@azure/storage-blob";
import { isServiceError } from "../../core/errors.ts";
import type { DumpStore } from "../../core/ports/storage-ports.ts";
import type { StorageResource } from "../account/storage-account.ts";
import type { StorageCall } from "../account/storage-call.ts";
import { pathToWrite, storedPath } from "./stored-name.ts";
import { createTextBlobs } from "./text-blobs.ts";

const file = "job.yml";

/** Stores dumps as `{name}/job.yml`. */
export function createBlobDumps(container: StorageResource<ContainerClient>, call: StorageCall): DumpStore {
  const texts = createTextBlobs(container, call);
  return {
    async put(name, yaml, options) {
      try {
        await texts.write(pathToWrite(name, file), yaml, "application/yaml", { ifNoneMatch: "*" }, options);
      } catch (error) {
        if (!isServiceError(error, "conflict")) throw error;
      }
    },
    async get(name, options) {
      const path = storedPath(name, file);
      return path === undefined ? undefined : (await texts.read(path, options))?.value;
    },
    async delete(name, options) {
      await texts.delete(pathToWrite(name, file), {}, options);
    },
    location: (name) => `${container.name}/${name}/${file}`,
  };
}
