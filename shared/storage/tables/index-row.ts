/** Converts index entries to rows of table `jobindex` and back. */
import type { IndexEntry } from "../../core/ports/job-index.ts";

export interface RowKey {
  readonly partitionKey: string;
  readonly rowKey: string;
}

/** Columns of a row. A text that is too long for a column continues in `{column}_1`, `{column}_2` ... */
export type IndexColumns = Record<string, string | number | boolean>;

/** Characters per column; a column holds 64 KiB of UTF-16. */
const columnLength = 31_000;
const lastMonth = 12 * 10_000;
const lastMs = 999_999_999_999_999;

/** Keys of an entry. Both count backwards, so that rows sort newest first. */
export function indexKey(name: string, createdAt: string | Date): RowKey {
  const at = new Date(createdAt);
  return { partitionKey: monthKey(at), rowKey: `${timeKey(at)}_${name}` };
}

/** Partition key of a time's month; later months sort first. */
export function monthKey(at: Date): string {
  return String(lastMonth - (at.getUTCFullYear() * 12 + at.getUTCMonth())).padStart(6, "0");
}

/** First part of a row key; later times sort first. */
export function timeKey(at: Date): string {
  return String(lastMs - at.getTime()).padStart(15, "0");
}

export function toRow({ tags, error, notice, revision, archived, ...texts }: IndexEntry): IndexColumns {
  const columns: IndexColumns = { revision, archived };
  const documents = Object.entries({ tags, error, notice }).filter(([, document]) => document !== undefined);
  const all = {
    ...texts,
    ...Object.fromEntries(documents.map(([name, document]) => [name, JSON.stringify(document)])),
  };
  for (const [name, text] of Object.entries(all)) {
    for (const [at, part] of split(text).entries()) columns[at === 0 ? name : `${name}_${at}`] = part;
  }
  return columns;
}

/** The part of a text in its first column, which a filter can compare. */
export function columnStart(text: string): string {
  return split(text)[0] ?? "";
}

const optional = ["display_name", "description", "compute", "started_at", "finished_at"] as const;

export function fromRow(columns: Readonly<Record<string, unknown>>): IndexEntry {
  const text = (name: string): string | undefined => {
    if (typeof columns[name] !== "string") return undefined;
    let whole = "";
    for (let at = 0; ; at += 1) {
      const part = columns[at === 0 ? name : `${name}_${at}`];
      if (typeof part !== "string") return whole;
      whole += part;
    }
  };
  const given = optional.map((name) => [name, text(name)] as const).filter(([, value]) => value !== undefined);
  const [error, notice] = [text("error"), text("notice")];
  return {
    name: text("name") ?? "",
    type: text("type") ?? "",
    status: text("status") ?? "",
    experiment_name: text("experiment_name") ?? "",
    owner: text("owner") ?? "",
    created_by: text("created_by") ?? "",
    created_at: text("created_at") ?? "",
    ...Object.fromEntries(given),
    tags: JSON.parse(text("tags") ?? "{}") as IndexEntry["tags"],
    archived: columns.archived === true,
    ...(error === undefined ? {} : { error: JSON.parse(error) as NonNullable<IndexEntry["error"]> }),
    ...(notice === undefined ? {} : { notice: JSON.parse(notice) as NonNullable<IndexEntry["notice"]> }),
    revision: Number(columns.revision ?? 0),
  };
}

/**
 * Splits a text into parts that fit in a column. A surrogate pair stays together, because UTF-8 cannot encode half of
 * it.
 */
function split(text: string): string[] {
  const parts: string[] = [];
  let from = 0;
  do {
    let to = Math.min(from + columnLength, text.length);
    if (to < text.length && /[\ud800-\udbff]/.test(text.charAt(to - 1))) to -= 1;
    parts.push(text.slice(from, to));
    from = to;
  } while (from < text.length);
  return parts;
}
