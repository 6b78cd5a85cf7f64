// What lies in the storage of a running service, looked at past the service.
import { join } from "node:path";
import { TableClient, TableServiceClient } from "@azure/data-tables";
import { BlobServiceClient } from "@azure/storage-blob";
import { connectionStringOf } from "../../local/azurite/find-azurite.ts";

function connection(data: string): string {
  return connectionStringOf(join(data, "azurite"));
}

/** A blob's text. @throws when it is not there. */
export async function blobText(data: string, container: string, path: string): Promise<string> {
  const blob = BlobServiceClient.fromConnectionString(connection(data))
    .getContainerClient(container)
    .getBlobClient(path);
  return (await blob.downloadToBuffer()).toString("utf8");
}

/** Rows of table `openjobs` that are jobs: what is not finished and tidied up. */
export async function openJobRows(data: string): Promise<readonly string[]> {
  const rows: string[] = [];
  // The readiness check writes a row of its own; no job can have a name that begins so.
  for await (const row of TableClient.fromConnectionString(connection(data), "openjobs", {
    allowInsecureConnection: true,
  }).listEntities())
    if (!`${row.rowKey}`.startsWith("_")) rows.push(`${row.rowKey}`);
  return rows;
}

/**
 * Every blob and row with its ETag, but what the host keeps for itself; two pictures are equal when nothing was written
 * between them. Rows of `openjobs` are left without, because the poll writes down when it looks next.
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
