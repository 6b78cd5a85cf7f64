import type { TableClient } from "@azure/data-tables";
import type { CallOptions } from "../../core/ports/ports.ts";
import { callWith } from "../account/client-call.ts";
import type { StorageResource } from "../account/storage-account.ts";
import type { StorageCall } from "../account/storage-call.ts";

/** Creates the table; succeeds if it exists. */
export async function createTable(
  table: StorageResource<TableClient>,
  call: StorageCall,
  options?: CallOptions,
): Promise<void> {
  await callWith(table, call)(
    `create table ${table.name}`,
    (client, abortSignal) => client.createTable({ abortSignal }),
    options,
  );
}
