/** Where a page of the index ended, as the text that callers hand back. */
import { sha256 } from "../core/digest.ts";
import { ServiceError } from "../core/errors.ts";
import { pointer } from "../core/issues.ts";
import type { IndexQuery } from "../core/job-index.ts";

export interface IndexPosition {
  /** Partition that was read last; with `rowKey` the rest of it comes next, without it the partitions behind it. */
  readonly partitionKey?: string;
  readonly rowKey?: string;
  /** The table's own token, when a page of it was read to its end. */
  readonly token?: string;
}

/** @param index tells this index from any other. */
export function writePosition(position: IndexPosition, query: IndexQuery, index: string): string {
  const text = JSON.stringify([position.partitionKey, position.rowKey, position.token].map((part) => part ?? null));
  return Buffer.from(`${checksum(text, query, index)}${text}`).toString("base64url");
}

/**
 * Not a secret: who makes one up reads no more than the query finds anyway. It keeps a token that was cut, changed or made
 * for another query from silently answering something else.
 * @throws ServiceError `invalid_query`.
 */
export function readPosition(continuation: string, query: IndexQuery, index: string): IndexPosition {
  const whole = Buffer.from(continuation, "base64url").toString("utf8");
  const text = whole.slice(checksumLength);
  const parts = readParts(text);
  const isOurs = whole.slice(0, checksumLength) === checksum(text, query, index) && Buffer.from(whole).toString("base64url") === continuation;
  const isToken = parts?.[2] == null || parse(Buffer.from(parts[2], "base64").toString("utf8")) !== undefined;
  if (parts === undefined || !isOurs || !isToken) {
    const message = "The continuation is not one that this list gave for this query; start again without it.";
    throw new ServiceError("invalid_query", message, { issues: [{ pointer: pointer(["query", "continuation"]), code: "invalid_parameter", message }] });
  }
  const [partitionKey, rowKey, token] = parts;
  return { ...(partitionKey == null ? {} : { partitionKey }), ...(rowKey == null ? {} : { rowKey }), ...(token == null ? {} : { token }) };
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

const checksumLength = 16;

function checksum(text: string, { matches: _m, limit: _l, continuation: _c, scanMs: _s, ...filters }: IndexQuery, index: string): string {
  const ordered = Object.entries(filters).filter(([, value]) => value !== undefined);
  ordered.sort(([a], [b]) => (a < b ? -1 : 1));
  return sha256(JSON.stringify([index, ordered, text])).slice(0, checksumLength);
}
