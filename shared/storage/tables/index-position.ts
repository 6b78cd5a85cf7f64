/** Where a page of the index ended, as the text that callers hand back. */

import type { IndexQuery } from "../../core/ports/job-index.ts";
import { invalidContinuation, readContinuation, writeContinuation } from "../../core/text/continuation.ts";

export interface IndexPosition {
  /** Partition that was read last; with `rowKey` the rest of it comes next, without it the partitions behind it. */
  readonly partitionKey?: string;
  readonly rowKey?: string;
  /** The table's own token, when a page of it was read to its end. */
  readonly token?: string;
}

/** @param index tells this index from any other. */
export function writePosition(position: IndexPosition, query: IndexQuery, index: string): string {
  const parts = [position.partitionKey, position.rowKey, position.token].map((part) => part ?? null);
  return writeContinuation(JSON.stringify(parts), listOf(query, index));
}

/** @throws ServiceError `invalid_query`. */
export function readPosition(continuation: string, query: IndexQuery, index: string): IndexPosition {
  const parts = readParts(readContinuation(continuation, listOf(query, index)));
  const isToken = parts?.[2] == null || parse(Buffer.from(parts[2], "base64").toString("utf8")) !== undefined;
  if (parts === undefined || !isToken) throw invalidContinuation();
  const [partitionKey, rowKey, token] = parts;
  return {
    ...(partitionKey == null ? {} : { partitionKey }),
    ...(rowKey == null ? {} : { rowKey }),
    ...(token == null ? {} : { token }),
  };
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

/** The index and the filters that a position is good for. */
function listOf(
  { matches: _m, limit: _l, continuation: _c, scanMs: _s, ...filters }: IndexQuery,
  index: string,
): readonly unknown[] {
  const ordered = Object.entries(filters).filter(([, value]) => value !== undefined);
  return [index, ordered.sort(([a], [b]) => (a < b ? -1 : 1))];
}
