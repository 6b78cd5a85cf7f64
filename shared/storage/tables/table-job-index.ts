import type { TableClient } from "@azure/data-tables";
import { isServiceError } from "../../core/errors.ts";
import type { IndexEntry, JobIndex } from "../../core/ports/job-index.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import { callWith } from "../account/client-call.ts";
import { createParentIfMissing } from "../account/create-parent-if-missing.ts";
import type { StorageResource } from "../account/storage-account.ts";
import type { StorageCall } from "../account/storage-call.ts";
import { undefinedIfNotFound } from "../account/storage-refusal.ts";
import { createTable } from "./create-table.ts";
import { fromRow, indexKey, toRow } from "./index-row.ts";
import { queryIndex } from "./query-index.ts";
import type { IndexTableRow } from "./scan-index.ts";

const maxAttempts = 8;

/** Stores index entries as rows of a table, sorted newest first. */
export function createTableJobIndex(table: StorageResource<TableClient>, storageCall: StorageCall): JobIndex {
  const call = callWith(table, storageCall);
  const action = (verb: string, name: string) => `${verb} row ${name} of table ${table.name}`;

  async function read(name: string, createdAt: string, options?: CallOptions): Promise<IndexTableRow | undefined> {
    const { partitionKey, rowKey } = indexKey(name, createdAt);
    return undefinedIfNotFound(
      call(
        action("read", name),
        (client, abortSignal) => client.getEntity<Record<string, unknown>>(partitionKey, rowKey, { abortSignal }),
        options,
      ),
    );
  }

  /** False if the row exists already. */
  async function insert(entry: IndexEntry, options?: CallOptions): Promise<boolean> {
    const entity = { ...toRow(entry), ...indexKey(entry.name, entry.created_at) };
    return succeeds(
      createParentIfMissing(
        () => createTable(table, storageCall, options),
        () =>
          call(
            action("create", entry.name),
            (client, abortSignal) => client.createEntity(entity, { abortSignal }),
            options,
          ),
      ),
    );
  }

  /** False if the row was changed or deleted in the meantime. */
  async function replace(entry: IndexEntry, etag: string, options?: CallOptions): Promise<boolean> {
    const entity = { ...toRow(entry), ...indexKey(entry.name, entry.created_at) };
    const written = call(
      action("write", entry.name),
      (client, abortSignal) => client.updateEntity(entity, "Replace", { abortSignal, etag }),
      options,
    );
    return (await undefinedIfNotFound(succeeds(written))) ?? false;
  }

  return {
    async put(entry, options) {
      // The first revision is nearly always a new row, so it is inserted without a read.
      if (entry.revision === 1) {
        await insert(entry, options);
        return;
      }
      for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
        const stored = await read(entry.name, entry.created_at, options);
        if (stored !== undefined && Number(stored.revision) >= entry.revision) return;
        if (stored === undefined ? await insert(entry, options) : await replace(entry, stored.etag, options)) return;
      }
      throw new Error(`Storage could not ${action("write", entry.name)}: it changed ${maxAttempts} times.`);
    },
    async get(name, createdAt, options) {
      const row = await read(name, createdAt, options);
      return row && fromRow(row);
    },
    async delete(name, createdAt, options) {
      const { partitionKey, rowKey } = indexKey(name, createdAt);
      await undefinedIfNotFound(
        call(
          action("delete", name),
          (client, abortSignal) => client.deleteEntity(partitionKey, rowKey, { abortSignal }),
          options,
        ),
      );
    },
    query: (query, options) => queryIndex(call, table.name, query, options),
  };
}

/** True after a write, false after a conflict. */
async function succeeds(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (!isServiceError(error, "conflict")) throw error;
    return false;
  }
}
