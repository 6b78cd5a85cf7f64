/** Encodes the position at which a page of the index ended as the continuation that callers send back. */
import type { IndexQuery } from "../../core/ports/job-index.ts";
import { invalidContinuation, readContinuation, writeContinuation } from "../../core/text/continuation.ts";
import { defined } from "../../lib/defined.ts";

export interface IndexPosition {
  /** Partition that was read last. The next page starts after `rowKey` if set, otherwise at the next partition. */
  readonly partitionKey?: string;
  readonly rowKey?: string;
  /** Continuation token of the table service, if the last row of a table page was read. */
  readonly token?: string;
}

/** @param index the name of the table: a continuation is valid for one table only. */
export function writePosition(position: IndexPosition, query: IndexQuery, index: string): string {
  const parts = [position.partitionKey, position.rowKey, position.token].map((part) => part ?? null);
  return writeContinuation(JSON.stringify(parts), continuationScope(query, index));
}

/** @throws ServiceError `invalid_query` for a continuation of other filters or of another index. */
export function readPosition(continuation: string, query: IndexQuery, index: string): IndexPosition {
  const parts = readParts(readContinuation(continuation, continuationScope(query, index)));
  const isToken = parts?.[2] == null || parse(Buffer.from(parts[2], "base64").toString("utf8")) !== undefined;
  if (parts === undefined || !isToken) throw invalidContinuation();
  const [partitionKey, rowKey, token] = parts;
  return defined({
    partitionKey: partitionKey ?? undefined,
    rowKey: rowKey ?? undefined,
    token: token ?? undefined,
  });
}

function readParts(text: string): (string | null)[] | undefined {
  const parts = parse(text);
  return Array.isArray(parts) && parts.every((part) => part === null || typeof part === "string") ? parts : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The index and the filters for which a position is valid. */
function continuationScope(
  { matches: _m, limit: _l, continuation: _c, scanMs: _s, ...filters }: IndexQuery,
  index: string,
): readonly unknown[] {
  const ordered = Object.entries(filters).filter(([, value]) => value !== undefined);
  return [index, ordered.sort(([a], [b]) => (a < b ? -1 : 1))];
}
