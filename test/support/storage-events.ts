import { defined } from "../../shared/lib/defined.ts";
/** Events as Event Grid delivers them to a storage queue. */

export interface EventOf {
  readonly path: string;
  readonly etag: string;
  readonly size?: number;
  readonly sequencer?: string;
  readonly container?: string;
  readonly type?: string;
}

const account = "/subscriptions/4f0c/resourceGroups/jobs/providers/Microsoft.Storage/storageAccounts/jobs";

function dataOf({ path, etag, size = 10, sequencer, container = "inbox" }: EventOf): object {
  return {
    api: "PutBlob",
    clientRequestId: "6d79dbfb-0e37-4fc4-981f-442c9ca65760",
    requestId: "831e1650-001e-001b-66ab-eeb76e000000",
    // Event Grid omits the quotes.
    eTag: etag.replaceAll('"', ""),
    contentType: "application/octet-stream",
    contentLength: size,
    blobType: "BlockBlob",
    url: `https://jobs.blob.core.windows.net/${container}/${encodeURI(path)}`,
    ...defined({ sequencer }),
    storageDiagnostics: { batchId: "b68529f3-68cd-4744-baa4-3c0498ec19f0" },
  };
}

const subjectOf = ({ path, container = "inbox" }: EventOf) =>
  `/blobServices/default/containers/${container}/blobs/${path}`;

/** @see https://learn.microsoft.com/azure/event-grid/event-schema-blob-storage */
export function gridEvent(of: EventOf): Record<string, unknown> {
  return {
    topic: account,
    subject: subjectOf(of),
    eventType: of.type ?? "Microsoft.Storage.BlobCreated",
    id: "831e1650-001e-001b-66ab-eeb76e069631",
    data: dataOf(of),
    dataVersion: "",
    metadataVersion: "1",
    eventTime: "2026-03-01T12:00:00.1234567Z",
  };
}

/** The event in CloudEvents form. */
export function cloudEvent(of: EventOf): Record<string, unknown> {
  return {
    source: account,
    subject: subjectOf(of),
    type: of.type ?? "Microsoft.Storage.BlobCreated",
    time: "2026-03-01T12:00:00.1234567Z",
    id: "9aeb0fdf-c01e-0131-0922-9eb54906e209",
    data: dataOf(of),
    specversion: "1.0",
  };
}
