import type { TableClient } from "@azure/data-tables";
import type { CallOptions } from "../core/ports.ts";
import type { Place } from "./account.ts";
import type { StorageCall } from "./call.ts";

export async function makeTable(table: Place<TableClient>, call: StorageCall, options?: CallOptions): Promise<void> {
  await call(`make table ${table.name}`, async (abortSignal) => (await table.client()).createTable({ abortSignal }), options);
}
