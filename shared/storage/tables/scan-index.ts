/** Looks for entries in the table of the index: in ranges that the table can seek to, newest first. */
import type { TableClient } from "@azure/data-tables";
import type { IndexEntry, IndexQuery } from "../../core/ports/job-index.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import { isTerminal, terminalStatuses } from "../../core/records/status.ts";
import { defined } from "../../lib/defined.ts";
import type { ClientCall } from "../account/client-call.ts";
import { pages } from "../account/pages.ts";
import type { IndexPosition } from "./index-position.ts";
import { columnStart, monthKey, timeKey } from "./index-row.ts";

export type Row = { readonly partitionKey?: string; readonly rowKey?: string; readonly etag: string } & Record<
  string,
  unknown
>;

interface Scan {
  readonly call: ClientCall<TableClient>;
  readonly tableName: string;
  readonly query: IndexQuery;
}

/** Pages of rows from a position on, each with the position behind it; the last has none. */
export async function* scanIndex(
  scan: Scan,
  start: IndexPosition,
  options?: CallOptions,
): AsyncGenerator<{ rows: readonly Row[]; next: IndexPosition | undefined }> {
  const { call, tableName, query } = scan;
  const { partitionKey, rowKey, token } = start;
  const inside = partitionKey !== undefined && rowKey !== undefined;
  const beyond = partitionKey === undefined ? undefined : `PartitionKey gt ${quote(partitionKey)}`;
  // One partition's rest, then the partitions behind it: two ranges that the table can seek to, where one with `or`
  // would be a scan.
  const filter = [
    inside ? `PartitionKey eq ${quote(partitionKey)} and RowKey gt ${quote(rowKey)}` : beyond,
    ...filters(query),
  ];
  const where = filter.filter((part) => part !== undefined).join(" and ");
  const list = (client: TableClient, abortSignal: AbortSignal) =>
    client.listEntities<Record<string, unknown>>({
      abortSignal,
      ...(where === "" ? {} : { queryOptions: { filter: where } }),
    });
  const settings = { ...defined({ continuationToken: token }), sizes: pageSizes(query.limit) };
  const behind = inside ? { partitionKey } : undefined;
  for await (const rows of pages(call, `read table ${tableName}`, list, options, settings)) {
    yield { rows, next: rows.continuationToken === undefined ? behind : { ...start, token: rows.continuationToken } };
  }
  if (behind !== undefined) yield* scanIndex(scan, behind, options);
}

/** A page of the answer's size first; where few rows match, the largest there is. */
function* pageSizes(limit: number): Generator<number, number> {
  yield limit + 1;
  for (;;) yield 1000;
}

const equal = ["type", "experiment_name", "compute", "created_by", "owner"] as const;

/** What the table itself can leave out. */
function filters({ created_after, created_before, archived, statuses, active, ...query }: IndexQuery): string[] {
  return [
    ...(statuses === undefined ? [] : [anyOf(statuses)]),
    ...(active === undefined ? [] : [active ? `not ${anyOf(terminalStatuses)}` : anyOf(terminalStatuses)]),
    ...(created_after === undefined ? [] : newerThan(created_after)),
    ...(created_before === undefined
      ? []
      : [`PartitionKey ge ${quote(monthKey(created_before))}`, `created_at lt ${quote(created_before.toISOString())}`]),
    ...(archived === undefined ? [] : [`archived eq ${archived}`]),
    ...equal.flatMap((column) =>
      query[column] === undefined ? [] : [`${column} eq ${quote(columnStart(query[column]))}`],
    ),
  ];
}

function anyOf(statuses: readonly string[]): string {
  return `(${statuses.map((status) => `status eq ${quote(status)}`).join(" or ")})`;
}

/**
 * No job is newer than a clock that goes a little ahead: what is left of this month is one range, which the table can
 * seek to.
 */
const clockSkewMs = 5 * 60_000;

function newerThan(time: Date): string[] {
  const month = monthKey(time);
  const isLast = month === monthKey(new Date(Date.now() + clockSkewMs));
  return [`PartitionKey ${isLast ? "eq" : "le"} ${quote(month)}`, `RowKey lt ${quote(timeKey(time))}`];
}

export function matchesQuery(entry: IndexEntry, query: IndexQuery): boolean {
  const { statuses, active } = query;
  if (statuses?.includes(entry.status) === false || (active !== undefined && isTerminal(entry.status) === active))
    return false;
  return (
    equal.every((column) => query[column] === undefined || entry[column] === query[column]) &&
    (query.matches?.(entry) ?? true)
  );
}

/** A text in a filter; a quote in it is doubled. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
