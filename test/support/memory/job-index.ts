import { ServiceError } from "../../../shared/core/errors.ts";
import type { IndexEntry, IndexQuery, JobIndex } from "../../../shared/core/ports/job-index.ts";
import { isTerminal } from "../../../shared/core/records/status.ts";
import { sha256 } from "../../../shared/core/text/digest.ts";
import { checkSignal } from "./port-rules.ts";

const equal = ["type", "experiment_name", "compute", "created_by", "owner", "archived"] as const;

function answers(query: IndexQuery, entry: IndexEntry): boolean {
  const created = Date.parse(entry.created_at);
  return (
    query.statuses?.includes(entry.status) !== false &&
    (query.active === undefined || isTerminal(entry.status) !== query.active) &&
    equal.every((key) => query[key] === undefined || query[key] === entry[key]) &&
    (query.created_after === undefined || created > query.created_after.getTime()) &&
    (query.created_before === undefined || created < query.created_before.getTime()) &&
    (query.matches === undefined || query.matches(structuredClone(entry)))
  );
}

/** Sorts newest first, then by name. */
function place({ created_at, name }: Pick<IndexEntry, "created_at" | "name">): string {
  return `${String(9e15 - Date.parse(created_at)).padStart(16, "0")} ${name}`;
}

/** The continuation of a position and the filters, but not of the page size. */
function check(at: string, { continuation: _c, limit: _l, matches: _m, scanMs: _s, ...filters }: IndexQuery): string {
  const ordered = Object.entries(filters).sort(([a], [b]) => (a < b ? -1 : 1));
  return sha256(JSON.stringify([at, ordered])).slice(0, 8);
}

function continuationOf(entry: IndexEntry, query: IndexQuery): string {
  const at = Buffer.from(place(entry)).toString("base64url");
  return `${at}.${check(at, query)}`;
}

function startAfter(continuation: string, query: IndexQuery): string {
  const [at = "", given] = continuation.split(".");
  if (given !== check(at, query)) throw new ServiceError("invalid_query", "The continuation is not one of this list.");
  return Buffer.from(at, "base64url").toString();
}

/** An index in memory, whose scans have no time limit. */
export function createMemoryJobIndex(): JobIndex {
  const kept = new Map<string, IndexEntry>();
  return {
    async put(entry, options) {
      checkSignal(options);
      const there = kept.get(place(entry));
      if (there === undefined || there.revision < entry.revision) kept.set(place(entry), structuredClone(entry));
    },
    async get(name, created_at, options) {
      checkSignal(options);
      return structuredClone(kept.get(place({ name, created_at })));
    },
    async delete(name, created_at, options) {
      checkSignal(options);
      kept.delete(place({ name, created_at }));
    },
    async query(query, options) {
      checkSignal(options);
      const after = query.continuation === undefined ? "" : startAfter(query.continuation, query);
      const found = [...kept.values()]
        .filter((entry) => place(entry) > after && answers(query, entry))
        .toSorted((a, b) => (place(a) < place(b) ? -1 : 1));
      const entries = structuredClone(found.slice(0, query.limit));
      const last = entries.at(-1);
      return {
        entries,
        ...(last !== undefined && found.length > entries.length ? { continuation: continuationOf(last, query) } : {}),
      };
    },
  };
}
