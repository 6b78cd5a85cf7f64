/** Scans the index table for the rows of a query, newest first, in key ranges that the table service can seek to. */
import type { TableClient } from "@azure/data-tables";
import type { IndexEntry, IndexQuery } from "../../core/ports/job-index.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import { isTerminal, terminalStatuses } from "../../core/records/status.ts";
import { defined } from "../../lib/defined.ts";
import type { ClientCall } from "../account/client-call.ts";
import { pages } from "../account/pages.ts";
import type { IndexPosition } from "./index-position.ts";
import { columnStart, monthKey, timeKey } from "./index-row.ts";

export type IndexTableRow = {
  readonly partitionKey?: string;
  readonly rowKey?: string;
  readonly etag: string;
} & Record<string, unknown>;

interface Scan {
  readonly call: ClientCall<TableClient>;
  readonly tableName: string;
  readonly query: IndexQuery;
}

/** Yields pages of rows from a position on, each with the position after it; the last page has none. */
export async function* scanIndex(
  scan: Scan,
  start: IndexPosition,
  options?: CallOptions,
): AsyncGenerator<{ rows: readonly IndexTableRow[]; next: IndexPosition | undefined }> {
  const { call, tableName, query } = scan;
  const { partitionKey, rowKey, token } = start;
  const isInPartition = partitionKey !== undefined && rowKey !== undefined;
  const afterPartition = partitionKey === undefined ? undefined : `PartitionKey gt ${quote(partitionKey)}`;
  // First the remaining rows of a partition, then the partitions after it: the service can seek to each of these two
  // ranges, but would scan the table for one filter with `or`.
  const conditions = [
    isInPartition ? `PartitionKey eq ${quote(partitionKey)} and RowKey gt ${quote(rowKey)}` : afterPartition,
    ...queryConditions(query),
  ];
  const filter = conditions.filter((condition) => condition !== undefined).join(" and ");
  const list = (client: TableClient, abortSignal: AbortSignal) =>
    client.listEntities<Record<string, unknown>>({
      abortSignal,
      ...(filter === "" ? {} : { queryOptions: { filter } }),
    });
  const settings = { ...defined({ continuationToken: token }), sizes: pageSizes(query.limit) };
  const nextPartitions = isInPartition ? { partitionKey } : undefined;
  for await (const rows of pages(call, `read table ${tableName}`, list, options, settings)) {
    yield {
      rows,
      next: rows.continuationToken === undefined ? nextPartitions : { ...start, token: rows.continuationToken },
    };
  }
  if (nextPartitions !== undefined) yield* scanIndex(scan, nextPartitions, options);
}

/** The limit of the query for the first page; the maximum for further pages, because few rows match then. */
function* pageSizes(limit: number): Generator<number, number> {
  yield limit + 1;
  for (;;) yield 1000;
}

const filterColumns = ["type", "experiment_name", "compute", "created_by", "owner"] as const;

/** The conditions of a query that the table service can evaluate. */
function queryConditions({
  created_after,
  created_before,
  archived,
  statuses,
  active,
  ...query
}: IndexQuery): string[] {
  return [
    ...(statuses === undefined ? [] : [statusFilter(statuses)]),
    ...(active === undefined
      ? []
      : [active ? `not ${statusFilter(terminalStatuses)}` : statusFilter(terminalStatuses)]),
    ...(created_after === undefined ? [] : newerThan(created_after)),
    ...(created_before === undefined
      ? []
      : [`PartitionKey ge ${quote(monthKey(created_before))}`, `created_at lt ${quote(created_before.toISOString())}`]),
    ...(archived === undefined ? [] : [`archived eq ${archived}`]),
    ...filterColumns.flatMap((column) =>
      query[column] === undefined ? [] : [`${column} eq ${quote(columnStart(query[column]))}`],
    ),
  ];
}

function statusFilter(statuses: readonly string[]): string {
  return `(${statuses.map((status) => `status eq ${quote(status)}`).join(" or ")})`;
}

/** Tolerance for clocks that are ahead. */
const clockSkewMs = 5 * 60_000;

function newerThan(time: Date): string[] {
  const month = monthKey(time);
  // No job is newer than this month, and an equal partition is a range that the service can seek to.
  const isLast = month === monthKey(new Date(Date.now() + clockSkewMs));
  return [`PartitionKey ${isLast ? "eq" : "le"} ${quote(month)}`, `RowKey lt ${quote(timeKey(time))}`];
}

/**
 * Whether an entry matches a query. Repeats the conditions of the table service, which compares only the start of long
 * texts.
 */
export function matchesQuery(entry: IndexEntry, query: IndexQuery): boolean {
  const { statuses, active } = query;
  if (statuses?.includes(entry.status) === false || (active !== undefined && isTerminal(entry.status) === active))
    return false;
  return (
    filterColumns.every((column) => query[column] === undefined || entry[column] === query[column]) &&
    (query.matches?.(entry) ?? true)
  );
}

/** A text as a literal of a filter. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
