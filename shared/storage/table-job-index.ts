import type { TableClient } from "@azure/data-tables";
import { isServiceError } from "../core/errors.ts";
import type { IndexEntry, IndexQuery, JobIndex } from "../core/job-index.ts";
import type { CallOptions } from "../core/ports.ts";
import type { Place } from "./account.ts";
import { callWith, makingParent, type StorageCall, unlessMissing } from "./call.ts";
import { type IndexPosition, readPosition, writePosition } from "./index-position.ts";
import { columnStart, fromRow, indexKey, monthKey, timeKey, toRow } from "./index-row.ts";
import { makeTable } from "./make-table.ts";
import { pages } from "./pages.ts";

type Row = { readonly partitionKey?: string; readonly rowKey?: string; readonly etag: string } & Record<string, unknown>;

const maxAttempts = 8;

/** Index entries as rows of a table that sort newest first. */
export function createTableJobIndex(table: Place<TableClient>, storageCall: StorageCall): JobIndex {
  const call = callWith(table, storageCall);
  const what = (verb: string, name: string) => `${verb} row ${name} of table ${table.name}`;

  async function read(name: string, createdAt: string, options?: CallOptions): Promise<Row | undefined> {
    const { partitionKey, rowKey } = indexKey(name, createdAt);
    return unlessMissing(
      call(what("read", name), (client, abortSignal) => client.getEntity<Record<string, unknown>>(partitionKey, rowKey, { abortSignal }), options),
    );
  }

  /** False when another row is there. */
  async function insert(entry: IndexEntry, options?: CallOptions): Promise<boolean> {
    const entity = { ...toRow(entry), ...indexKey(entry.name, entry.created_at) };
    return unlessConflict(
      makingParent(
        () => makeTable(table, storageCall, options),
        () => call(what("make", entry.name), (client, abortSignal) => client.createEntity(entity, { abortSignal }), options),
      ),
    );
  }

  /** False when the row changed or went away meanwhile. */
  async function replace(entry: IndexEntry, etag: string, options?: CallOptions): Promise<boolean> {
    const entity = { ...toRow(entry), ...indexKey(entry.name, entry.created_at) };
    const written = call(what("write", entry.name), (client, abortSignal) => client.updateEntity(entity, "Replace", { abortSignal, etag }), options);
    return (await unlessMissing(unlessConflict(written))) ?? false;
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
      await unlessMissing(call(what("delete", name), (client, abortSignal) => client.deleteEntity(partitionKey, rowKey, { abortSignal }), options));
    },
    async query(query, options) {
      const start = query.continuation === undefined ? {} : readPosition(query.continuation, query, table.name);
      const deadline = performance.now() + (query.scanMs ?? Number.POSITIVE_INFINITY);
      const found: { readonly entry: IndexEntry; readonly at: IndexPosition }[] = [];
      const page = (rest?: IndexPosition) => ({
        entries: found.slice(0, query.limit).map(({ entry }) => entry),
        ...(rest === undefined ? {} : { continuation: writePosition(rest, query, table.name) }),
      });
      for await (const { rows, next } of scan(query, start, options)) {
        for (const row of rows) {
          const entry = fromRow(row);
          if (!fits(entry, query)) continue;
          // One more than asked for tells that there is a next page.
          if (found.length === query.limit) return page(found.at(-1)?.at);
          found.push({ entry, at: { partitionKey: row.partitionKey ?? "", rowKey: row.rowKey ?? "" } });
        }
        if (next !== undefined && performance.now() >= deadline) return page(next);
      }
      return page();
    },
  };

  /** Pages of rows from a position on, each with the position behind it; the last has none. */
  async function* scan(
    query: IndexQuery,
    start: IndexPosition,
    options?: CallOptions,
  ): AsyncGenerator<{ rows: readonly Row[]; next: IndexPosition | undefined }> {
    const { partitionKey, rowKey, token } = start;
    const inside = partitionKey !== undefined && rowKey !== undefined;
    const beyond = partitionKey === undefined ? undefined : `PartitionKey gt ${quote(partitionKey)}`;
    // One partition's rest, then the partitions behind it: two ranges that the table can seek to, where one with `or` would be a scan.
    const filter = [inside ? `PartitionKey eq ${quote(partitionKey)} and RowKey gt ${quote(rowKey)}` : beyond, ...filters(query)];
    const where = filter.filter((part) => part !== undefined).join(" and ");
    const list = (client: TableClient, abortSignal: AbortSignal) =>
      client.listEntities<Record<string, unknown>>({ abortSignal, ...(where === "" ? {} : { queryOptions: { filter: where } }) });
    const settings = { ...(token === undefined ? {} : { continuationToken: token }), sizes: pageSizes(query.limit) };
    const behind = inside ? { partitionKey } : undefined;
    for await (const rows of pages(call, `read table ${table.name}`, list, options, settings)) {
      yield { rows, next: rows.continuationToken === undefined ? behind : { ...start, token: rows.continuationToken } };
    }
    if (behind !== undefined) yield* scan(query, behind, options);
  }
}

/** A page of the answer's size first; where few rows match, the largest there is. */
function* pageSizes(limit: number): Generator<number, number> {
  yield limit + 1;
  for (;;) yield 1000;
}

const equal = ["status", "type", "experiment_name", "compute", "created_by", "owner"] as const;

/** What the table itself can leave out. */
function filters({ created_after, created_before, archived, ...query }: IndexQuery): string[] {
  return [
    ...(created_after === undefined ? [] : newerThan(created_after)),
    ...(created_before === undefined ? [] : [`PartitionKey ge ${quote(monthKey(created_before))}`, `created_at lt ${quote(created_before.toISOString())}`]),
    ...(archived === undefined ? [] : [`archived eq ${archived}`]),
    ...equal.flatMap((column) => (query[column] === undefined ? [] : [`${column} eq ${quote(columnStart(query[column]))}`])),
  ];
}

/** No job is newer than a clock that goes a little ahead: what is left of this month is one range, which the table can seek to. */
const clockSkewMs = 5 * 60_000;

function newerThan(time: Date): string[] {
  const month = monthKey(time);
  const isLast = month === monthKey(new Date(Date.now() + clockSkewMs));
  return [`PartitionKey ${isLast ? "eq" : "le"} ${quote(month)}`, `RowKey lt ${quote(timeKey(time))}`];
}

function fits(entry: IndexEntry, query: IndexQuery): boolean {
  return equal.every((column) => query[column] === undefined || entry[column] === query[column]) && (query.matches?.(entry) ?? true);
}

/** A text in a filter; a quote in it is doubled. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
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
