/** Converts index entries to rows of table `jobindex` and back. */
import type { IndexEntry } from "../../core/ports/job-index.ts";
import { defined } from "../../lib/defined.ts";

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
  const documents = {
    tags: JSON.stringify(tags),
    error: error && JSON.stringify(error),
    notice: notice && JSON.stringify(notice),
  };
  for (const [name, text] of Object.entries({ ...texts, ...defined(documents) })) {
    for (const [index, part] of split(text).entries()) columns[columnName(name, index)] = part;
  }
  return columns;
}

export function fromRow(columns: Readonly<Record<string, unknown>>): IndexEntry {
  const text = (name: string) => readText(columns, name);
  return {
    name: text("name") ?? "",
    type: text("type") ?? "",
    status: text("status") ?? "",
    experiment_name: text("experiment_name") ?? "",
    owner: text("owner") ?? "",
    created_by: text("created_by") ?? "",
    created_at: text("created_at") ?? "",
    ...defined({
      display_name: text("display_name"),
      description: text("description"),
      compute: text("compute"),
      started_at: text("started_at"),
      finished_at: text("finished_at"),
    }),
    tags: JSON.parse(text("tags") ?? "{}") as IndexEntry["tags"],
    archived: columns.archived === true,
    ...defined({
      error: parseJson<NonNullable<IndexEntry["error"]>>(text("error")),
      notice: parseJson<NonNullable<IndexEntry["notice"]>>(text("notice")),
    }),
    revision: Number(columns.revision ?? 0),
  };
}

function parseJson<T>(text: string | undefined): T | undefined {
  return text === undefined ? undefined : (JSON.parse(text) as T);
}

/** The name of the first column of a text, or of one that continues it. */
function columnName(name: string, index: number): string {
  return index === 0 ? name : `${name}_${index}`;
}

/** A text from all its columns; undefined without the first one. */
function readText(columns: Readonly<Record<string, unknown>>, name: string): string | undefined {
  let text: string | undefined;
  for (let index = 0; ; index += 1) {
    const part = columns[columnName(name, index)];
    if (typeof part !== "string") return text;
    text = `${text ?? ""}${part}`;
  }
}

/** The part of a text in its first column, which a filter can compare. */
export function columnStart(text: string): string {
  return split(text)[0] ?? "";
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
