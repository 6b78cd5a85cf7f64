import { randomUUID } from "node:crypto";
import type { BlobItem, ContainerClient } from "@azure/storage-blob";

const resourceGroup = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/local";
const account = `${resourceGroup}/providers/Microsoft.Storage/storageAccounts/devstoreaccount1`;
/** Makes the sequencers of events from the same millisecond unique. */
let eventCount = 0;

/**
 * An Event Grid event of type Microsoft.Storage.BlobCreated for a blob.
 * @see https://learn.microsoft.com/azure/event-grid/event-schema-blob-storage
 */
export function blobCreatedEvent(container: ContainerClient, { name, properties }: BlobItem): object {
  eventCount += 1;
  const sequencer = (BigInt(Date.now()) * 0x100000n + BigInt(eventCount % 0x100000))
    .toString(16)
    .toUpperCase()
    .padStart(32, "0");
  return {
    topic: account,
    subject: `/blobServices/default/containers/${container.containerName}/blobs/${name}`,
    eventType: "Microsoft.Storage.BlobCreated",
    id: randomUUID(),
    data: {
      api: "PutBlob",
      requestId: randomUUID(),
      eTag: properties.etag,
      contentType: properties.contentType,
      contentLength: properties.contentLength,
      blobType: properties.blobType,
      url: container.getBlobClient(name).url,
      sequencer,
      storageDiagnostics: { batchId: randomUUID() },
    },
    dataVersion: "",
    metadataVersion: "1",
    eventTime: properties.lastModified.toISOString(),
  };
}
