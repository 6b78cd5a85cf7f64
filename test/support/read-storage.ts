// Reads the storage of a running service directly.
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { TableClient, TableServiceClient } from "@azure/data-tables";
import { type BlobClient, BlobServiceClient } from "@azure/storage-blob";
import { connectionStringOf } from "../../local/azurite/find-azurite.ts";

function connection(data: string): string {
  return connectionStringOf(join(data, "azurite"));
}

/** The text of a blob. @throws for a missing blob. */
export async function blobText(data: string, container: string, path: string): Promise<string> {
  const blob = BlobServiceClient.fromConnectionString(connection(data))
    .getContainerClient(container)
    .getBlobClient(path);
  return downloadText(blob);
}

/**
 * The text of a blob, in one request. `downloadToBuffer` requests the size first, so that a blob that is overwritten
 * between its two requests would be cut off.
 * @throws RestError 404 for a missing blob.
 */
export async function downloadText(blob: BlobClient): Promise<string> {
  const { readableStreamBody } = await blob.download();
  return readableStreamBody === undefined ? "" : text(readableStreamBody);
}

/** Names of the rows of table `openjobs` that are jobs. */
export async function openJobRows(data: string): Promise<readonly string[]> {
  const rows: string[] = [];
  // The readiness check writes a row whose name begins with an underscore; no job name does.
  for await (const row of TableClient.fromConnectionString(connection(data), "openjobs", {
    allowInsecureConnection: true,
  }).listEntities())
    if (!`${row.rowKey}`.startsWith("_")) rows.push(`${row.rowKey}`);
  return rows;
}

/**
 * All blobs and rows with their ETags, without those of the host; two snapshots are equal if nothing was written
 * between them. Rows of `openjobs` have no ETag here, because the poll updates them.
 */
export async function storageSnapshot(data: string): Promise<readonly string[]> {
  const seen: string[] = [];
  const blobs = BlobServiceClient.fromConnectionString(connection(data));
  for await (const { name } of blobs.listContainers()) {
    if (name.startsWith("azure-webjobs-")) continue;
    for await (const blob of blobs.getContainerClient(name).listBlobsFlat())
      seen.push(`${name}/${blob.name} ${blob.properties.etag}`);
  }
  const tables = TableServiceClient.fromConnectionString(connection(data), { allowInsecureConnection: true });
  for await (const { name = "" } of tables.listTables()) {
    const table = TableClient.fromConnectionString(connection(data), name, { allowInsecureConnection: true });
    for await (const row of table.listEntities())
      seen.push(`${name} ${row.partitionKey} ${row.rowKey} ${name === "openjobs" ? "" : row.etag}`);
  }
  return seen.sort((a, b) => (a < b ? -1 : 1));
}
