import type { TableClient } from "@azure/data-tables";
import type { IndexEntry, IndexPage, IndexQuery } from "../../core/ports/job-index.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import { defined } from "../../lib/defined.ts";
import type { ClientCall } from "../account/client-call.ts";
import { type IndexPosition, readPosition, writePosition } from "./index-position.ts";
import { fromRow } from "./index-row.ts";
import { type IndexTableRow, matchesQuery, scanIndex } from "./scan-index.ts";

/** A matching entry and its position in the table. */
interface Match {
  readonly entry: IndexEntry;
  readonly position: IndexPosition;
}

/** Reads a page of index entries: up to `query.limit` of them, or fewer if the time limit of the scan expires. */
export async function queryIndex(
  call: ClientCall<TableClient>,
  tableName: string,
  query: IndexQuery,
  options?: CallOptions,
): Promise<IndexPage> {
  const start = query.continuation === undefined ? {} : readPosition(query.continuation, query, tableName);
  const deadline = performance.now() + (query.scanMs ?? Number.POSITIVE_INFINITY);
  const matches: Match[] = [];
  const pageUpTo = (end: IndexPosition | undefined): IndexPage => ({
    entries: matches.slice(0, query.limit).map(({ entry }) => entry),
    ...defined({ continuation: end && writePosition(end, query, tableName) }),
  });
  for await (const { rows, next } of scanIndex({ call, tableName, query }, start, options)) {
    addMatches(matches, rows, query);
    if (matches.length > query.limit) return pageUpTo(matches[query.limit - 1]?.position);
    if (next !== undefined && performance.now() >= deadline) return pageUpTo(next);
  }
  return pageUpTo(undefined);
}

/** Adds the matching rows, up to limit + 1; the extra row indicates another page. */
function addMatches(matches: Match[], rows: readonly IndexTableRow[], query: IndexQuery): void {
  for (const row of rows) {
    if (matches.length > query.limit) return;
    const entry = fromRow(row);
    if (!matchesQuery(entry, query)) continue;
    matches.push({ entry, position: { partitionKey: row.partitionKey ?? "", rowKey: row.rowKey ?? "" } });
  }
}
