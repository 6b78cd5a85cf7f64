import type { TableClient } from "@azure/data-tables";
import type { CallOptions } from "../../core/ports/ports.ts";
import type { Place } from "../account/account.ts";
import { callWith, type StorageCall } from "../account/call.ts";

export async function makeTable(table: Place<TableClient>, call: StorageCall, options?: CallOptions): Promise<void> {
  await callWith(table, call)(
    `make table ${table.name}`,
    (client, abortSignal) => client.createTable({ abortSignal }),
    options,
  );
}
