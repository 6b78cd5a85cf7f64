import type { ContainerClient } from "@azure/storage-blob";
import type { RecordStore } from "../../core/ports/storage-ports.ts";
import { readRecord } from "../../core/records/read-record.ts";
import { callWith } from "../account/client-call.ts";
import { pages } from "../account/pages.ts";
import type { StorageResource } from "../account/storage-account.ts";
import type { StorageCall } from "../account/storage-call.ts";
import { pathToWrite, storedPath } from "./stored-name.ts";
import { createTextBlobs } from "./text-blobs.ts";

const file = "record.json";
const contentType = "application/json";

/** Stores records as `{name}/record.json`. */
export function createBlobRecords(container: StorageResource<ContainerClient>, call: StorageCall): RecordStore {
  const texts = createTextBlobs(container, call);
  return {
    async get(name, options) {
      const path = storedPath(name, file);
      const stored = path === undefined ? undefined : await texts.read(path, options);
      return stored && { value: readRecord(stored.value, name), etag: stored.etag };
    },
    async create(record, options) {
      return texts.write(
        pathToWrite(record.name, file),
        JSON.stringify(record),
        contentType,
        { ifNoneMatch: "*" },
        options,
      );
    },
    async replace(record, etag, options) {
      return texts.write(
        pathToWrite(record.name, file),
        JSON.stringify(record),
        contentType,
        { ifMatch: etag },
        options,
      );
    },
    async delete(name, etag, options) {
      await texts.delete(pathToWrite(name, file), { ifMatch: etag }, options);
    },
    async *names(options) {
      const list = (client: ContainerClient, abortSignal: AbortSignal) => client.listBlobsFlat({ abortSignal });
      for await (const { segment } of pages(
        callWith(container, call),
        `list container ${container.name}`,
        list,
        options,
      )) {
        for (const { name } of segment.blobItems) if (name.endsWith(`/${file}`)) yield name.slice(0, -file.length - 1);
      }
    },
  };
}
