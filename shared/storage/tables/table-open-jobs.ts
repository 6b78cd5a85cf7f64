import type { TableClient, TransactionAction } from "@azure/data-tables";
import {
  type DueOptions,
  neverPolled,
  type OpenJob,
  type OpenJobChanges,
  type OpenJobs,
} from "../../core/ports/open-jobs.ts";
import type { CallOptions, Versioned } from "../../core/ports/ports.ts";
import { sha256 } from "../../core/text/digest.ts";
import { callWith } from "../account/client-call.ts";
import { createParentIfMissing } from "../account/create-parent-if-missing.ts";
import { pages } from "../account/pages.ts";
import type { StorageResource } from "../account/storage-account.ts";
import type { StorageCall } from "../account/storage-call.ts";
import { isErrorResponse, undefinedIfNotFound } from "../account/storage-refusal.ts";
import { isStoredName } from "../blobs/stored-name.ts";
import { createTable } from "./create-table.ts";

/** Partition of the backends' rows, which are in the same table so that one query reads both. Not a hex digit. */
const backendPartition = "not_before";
const maxTransactionSize = 100;
const maxTransactions = 8;

type Row = OpenJob & { readonly until?: string };
type StoredRow = Row & {
  readonly etag: string;
  readonly partitionKey?: string;
  readonly rowKey?: string;
  readonly timestamp?: string;
};
type Change = { readonly name: string; readonly changes: OpenJobChanges };

/**
 * Stores open jobs as rows of a table, in 16 partitions by the first hex digit of the name's hash. Times are stored as
 * text, which sorts in the order of time.
 */
export function createTableOpenJobs(table: StorageResource<TableClient>, storageCall: StorageCall): OpenJobs {
  const call = callWith(table, storageCall);
  const action = (verb: string, name: string) => `${verb} row ${name} of table ${table.name}`;

  async function upsert<T extends object>(
    partitionKey: string,
    rowKey: string,
    row: T,
    options?: CallOptions,
  ): Promise<string> {
    const { etag } = await createParentIfMissing(
      () => createTable(table, storageCall, options),
      () =>
        call(
          action("write", rowKey),
          (client, abortSignal) => client.upsertEntity({ ...row, partitionKey, rowKey }, "Replace", { abortSignal }),
          options,
        ),
    );
    return etag ?? "";
  }

  async function merge(
    name: string,
    changes: OpenJobChanges,
    { etag = "*", ...options }: CallOptions & { readonly etag?: string } = {},
  ): Promise<void> {
    const entity = { ...changes, ...key(name) };
    await undefinedIfNotFound(
      call(
        action("change", name),
        (client, abortSignal) => client.updateEntity(entity, "Merge", { abortSignal, etag }),
        options,
      ),
    );
  }

  /**
   * Merges up to 100 changes of one partition in one transaction. A missing row fails the whole transaction, so the
   * other rows are merged by halving it.
   */
  async function mergeTogether(changes: readonly Change[], options?: CallOptions): Promise<void> {
    const [only, second] = changes;
    if (only === undefined) return;
    if (second === undefined) return merge(only.name, only.changes, options);
    const actions = changes.map(
      (change): TransactionAction => ["update", { ...change.changes, ...key(change.name) }, "Merge"],
    );
    try {
      await call(
        `change ${changes.length} rows of table ${table.name}`,
        (client, abortSignal) => client.submitTransaction(actions, { abortSignal }),
        options,
      );
    } catch (error) {
      if (!isErrorResponse(error, 404)) throw error;
      const half = Math.ceil(changes.length / 2);
      await mergeTogether(changes.slice(0, half), options);
      await mergeTogether(changes.slice(half), options);
    }
  }

  async function query(filter: string, options?: CallOptions): Promise<StoredRow[]> {
    const rows: StoredRow[] = [];
    const list = (client: TableClient, abortSignal: AbortSignal) =>
      client.listEntities<Row>({ abortSignal, queryOptions: { filter } });
    for await (const page of pages(call, `read table ${table.name}`, list, options)) rows.push(...page);
    return rows;
  }

  return {
    async put(row, options) {
      const { partitionKey, rowKey } = key(row.name);
      return upsert(partitionKey, rowKey, row, options);
    },
    async get(name, options) {
      if (!isStoredName(name)) return undefined;
      const { partitionKey, rowKey } = key(name);
      const row = await undefinedIfNotFound(
        call(
          action("read", name),
          (client, abortSignal) => client.getEntity<Row>(partitionKey, rowKey, { abortSignal }),
          options,
        ),
      );
      return row && toOpenJob(row);
    },
    merge,
    async mergeMany(changes, options) {
      const byPartition = Map.groupBy(changes, (change) => key(change.name).partitionKey);
      const groups = [...byPartition.values()].flatMap((all) => chunks(combineByName(all), maxTransactionSize));
      // Limited, because storage runs transactions one after the other, and all started calls have the same time limit.
      for (const batch of chunks(groups, maxTransactions))
        await Promise.all(batch.map((group) => mergeTogether(group, options)));
    },
    async delete(name, etag, options) {
      const { partitionKey, rowKey } = key(name);
      await undefinedIfNotFound(
        call(
          action("delete", name),
          (client, abortSignal) => client.deleteEntity(partitionKey, rowKey, { abortSignal, etag }),
          options,
        ),
      );
    },
    async due(now, options) {
      const rows = await query(
        `${dueFilter("next_poll_at", now, options)} or PartitionKey eq '${backendPartition}'`,
        options,
      );
      const backends = rows.filter(isBackend);
      const jobs = rows.filter((row) => !isBackend(row));
      jobs.sort((a, b) => (a.next_poll_at < b.next_poll_at ? -1 : 1));
      return {
        jobs: jobs.map(toOpenJob),
        notBefore: new Map(backends.map((row) => [row.rowKey ?? "", new Date(row.until ?? 0)])),
      };
    },
    async toHeal(now, options) {
      const rows = await query(dueFilter("heal_at", now, options), options);
      rows.sort((a, b) => (a.heal_at < b.heal_at ? -1 : 1));
      return rows.map(toOpenJob);
    },
    async setNotBefore(backend, until, options) {
      await upsert(backendPartition, backend, { until: until.toISOString() }, options);
    },
  };
}

/** A filter for the rows that are due, and for those whose time is beyond `beyond` but not `neverPolled`. */
function dueFilter(field: "next_poll_at" | "heal_at", now: Date, { beyond }: DueOptions = {}): string {
  const orBeyond =
    beyond === undefined ? "" : ` or (${field} gt '${beyond.toISOString()}' and ${field} lt '${neverPolled}')`;
  return `${field} le '${now.toISOString()}'${orBeyond}`;
}

function key(name: string): { readonly partitionKey: string; readonly rowKey: string } {
  if (!isStoredName(name)) throw new Error(`${JSON.stringify(name.slice(0, 200))} is not a job name.`);
  return { partitionKey: sha256(name).charAt(0), rowKey: name };
}

function isBackend(row: StoredRow): boolean {
  return row.partitionKey === backendPartition;
}

/** The row without the properties of the table service. */
function toOpenJob({ etag, partitionKey: _p, rowKey: _r, timestamp: _t, ...rest }: StoredRow): Versioned<OpenJob> {
  const { "odata.metadata": _, ...value } = rest as Row & { "odata.metadata"?: string };
  return { value, etag };
}

/** Combines the changes of each row, because a transaction may contain a row only once. Later changes have priority. */
function combineByName(changes: readonly Change[]): Change[] {
  const merged = new Map<string, OpenJobChanges>();
  for (const { name, changes: more } of changes) merged.set(name, { ...merged.get(name), ...more });
  return [...merged].map(([name, all]) => ({ name, changes: all }));
}

function chunks<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, at) => all.slice(at * size, (at + 1) * size));
}
