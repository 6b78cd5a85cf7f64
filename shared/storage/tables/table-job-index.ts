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
import { type IndexPosition, readPosition, writePosition } from "./index-position.ts";
import { fromRow, indexKey, toRow } from "./index-row.ts";
import { matchesQuery, type Row, scanIndex } from "./scan-index.ts";

const maxAttempts = 8;

/** Index entries as rows of a table that sort newest first. */
export function createTableJobIndex(table: StorageResource<TableClient>, storageCall: StorageCall): JobIndex {
  const call = callWith(table, storageCall);
  const what = (verb: string, name: string) => `${verb} row ${name} of table ${table.name}`;

  async function read(name: string, createdAt: string, options?: CallOptions): Promise<Row | undefined> {
    const { partitionKey, rowKey } = indexKey(name, createdAt);
    return undefinedIfNotFound(
      call(
        what("read", name),
        (client, abortSignal) => client.getEntity<Record<string, unknown>>(partitionKey, rowKey, { abortSignal }),
        options,
      ),
    );
  }

  /** False when another row is there. */
  async function insert(entry: IndexEntry, options?: CallOptions): Promise<boolean> {
    const entity = { ...toRow(entry), ...indexKey(entry.name, entry.created_at) };
    return unlessConflict(
      createParentIfMissing(
        () => createTable(table, storageCall, options),
        () =>
          call(
            what("make", entry.name),
            (client, abortSignal) => client.createEntity(entity, { abortSignal }),
            options,
          ),
      ),
    );
  }

  /** False when the row changed or went away meanwhile. */
  async function replace(entry: IndexEntry, etag: string, options?: CallOptions): Promise<boolean> {
    const entity = { ...toRow(entry), ...indexKey(entry.name, entry.created_at) };
    const written = call(
      what("write", entry.name),
      (client, abortSignal) => client.updateEntity(entity, "Replace", { abortSignal, etag }),
      options,
    );
    return (await undefinedIfNotFound(unlessConflict(written))) ?? false;
  }

  return {
    async put(entry, options) {
      // The first revision is a new row nearly always, so it is written without a look.
      if (entry.revision === 1) {
        await insert(entry, options);
        return;
      }
      for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
        const there = await read(entry.name, entry.created_at, options);
        if (there !== undefined && Number(there.revision) >= entry.revision) return;
        if (there === undefined ? await insert(entry, options) : await replace(entry, there.etag, options)) return;
      }
      throw new Error(`${what("write", entry.name)}: it kept changing.`);
    },
    async get(name, createdAt, options) {
      const row = await read(name, createdAt, options);
      return row && fromRow(row);
    },
    async delete(name, createdAt, options) {
      const { partitionKey, rowKey } = indexKey(name, createdAt);
      await undefinedIfNotFound(
        call(
          what("delete", name),
          (client, abortSignal) => client.deleteEntity(partitionKey, rowKey, { abortSignal }),
          options,
        ),
      );
    },
    async query(query, options) {
      const start = query.continuation === undefined ? {} : readPosition(query.continuation, query, table.name);
      const deadline = performance.now() + (query.scanMs ?? Number.POSITIVE_INFINITY);
      const found: { readonly entry: IndexEntry; readonly at: IndexPosition }[] = [];
      const page = (rest?: IndexPosition) => ({
        entries: found.slice(0, query.limit).map(({ entry }) => entry),
        ...(rest === undefined ? {} : { continuation: writePosition(rest, query, table.name) }),
      });
      for await (const { rows, next } of scanIndex({ call, tableName: table.name, query }, start, options)) {
        for (const row of rows) {
          const entry = fromRow(row);
          if (!matchesQuery(entry, query)) continue;
          // One more than asked for tells that there is a next page.
          if (found.length === query.limit) return page(found.at(-1)?.at);
          found.push({ entry, at: { partitionKey: row.partitionKey ?? "", rowKey: row.rowKey ?? "" } });
        }
        if (next !== undefined && performance.now() >= deadline) return page(next);
      }
      return page();
    },
  };
}

/** False for a conflict. */
async function unlessConflict(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (!isServiceError(error, "conflict")) throw error;
    return false;
  }
}
