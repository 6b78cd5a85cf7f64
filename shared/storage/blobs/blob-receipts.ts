import type { ContainerClient } from "@azure/storage-blob";
import type { ReceiptStore, SweepMark, SweepMarks } from "../../core/ports/inbox-ports.ts";
import { readReceipt, receiptPath } from "../../core/records/receipt.ts";
import type { StorageResource } from "../account/storage-account.ts";
import type { StorageCall } from "../account/storage-call.ts";
import { createTextBlobs } from "./text-blobs.ts";

const contentType = "application/json";

/** Stores receipts as `{path}.receipt.json`, indented for human readers. */
export function createBlobReceipts(container: StorageResource<ContainerClient>, call: StorageCall): ReceiptStore {
  const texts = createTextBlobs(container, call);
  return {
    async get(path, options) {
      const stored = await texts.read(receiptPath(path), options);
      return stored && { receipt: readReceipt(stored.value, path), etag: stored.etag };
    },
    async put(receipt, etag, options) {
      const conditions = etag === undefined ? { ifNoneMatch: "*" } : { ifMatch: etag };
      await texts.write(
        receiptPath(receipt.path),
        `${JSON.stringify(receipt, undefined, 2)}\n`,
        contentType,
        conditions,
        options,
      );
    },
  };
}

/** Not a valid path of a receipt. */
const markPath = "_sweep.json";

/** Stores the mark of the sweep in the container of the receipts. */
export function createBlobSweepMarks(container: StorageResource<ContainerClient>, call: StorageCall): SweepMarks {
  const texts = createTextBlobs(container, call);
  return {
    async get(options) {
      const text = (await texts.read(markPath, options))?.value;
      try {
        return text === undefined ? undefined : (JSON.parse(text) as SweepMark);
      } catch {
        // An invalid mark is treated as missing: the next sweep checks all files.
        return undefined;
      }
    },
    async put(mark, options) {
      await texts.write(markPath, JSON.stringify(mark), contentType, {}, options);
    },
  };
}
