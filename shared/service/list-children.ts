import type { Backend, ChildPage } from "../core/backend-port.ts";
import { invalidContinuation, readContinuation, writeContinuation } from "../core/continuation.ts";
import type { CallOptions } from "../core/ports.ts";
import type { Scoped } from "../core/scope.ts";
import type { RecordStore } from "../core/storage-ports.ts";
import { getJob } from "./get-job.ts";

export interface ListChildrenPorts extends Scoped {
  readonly records: RecordStore;
  readonly backend: Backend;
}

export interface ChildrenQuery {
  /** At most so many children. */
  readonly limit: number;
  /** Where the page before ended. */
  readonly continuation?: string | undefined;
}

/**
 * One page of the children of a pipeline or sweep, as the backend has them now; empty for a job that has none, or does not run yet.
 * @throws ServiceError `job_not_found`, `invalid_query` for a continuation that is not one of this job's.
 */
export async function listChildren(
  { backend, ...ports }: ListChildrenPorts,
  name: string,
  { limit, continuation }: ChildrenQuery,
  options: CallOptions = {},
): Promise<ChildPage> {
  const { submission_id, dispatched_at, type } = await getJob(ports, name, options);
  const list = ["children", name, submission_id];
  const { skip, from } = continuation === undefined ? { skip: 0, from: undefined } : readPosition(readContinuation(continuation, list));
  const hasChildren = dispatched_at !== undefined && (type === "pipeline" || type === "sweep");
  const page = hasChildren ? await backend.children?.({ name, submission_id }, from, options) : undefined;
  if (page === undefined) return { children: [] };
  // A backend's page has a size of its own: what is more than asked for is asked for again.
  const end = skip + limit;
  const next = end < page.children.length ? position(end, from) : page.continuation && position(0, page.continuation);
  return { children: page.children.slice(skip, end), ...(next === undefined ? {} : { continuation: writeContinuation(next, list) }) };
}

/** How much of a page of the backend was given, and which page. */
function position(skip: number, from = ""): string {
  return `${skip} ${from}`;
}

function readPosition(text: string): { readonly skip: number; readonly from: string | undefined } {
  const { skip, from } = /^(?<skip>\d{1,9}) (?<from>.*)$/s.exec(text)?.groups ?? {};
  if (skip === undefined) throw invalidContinuation();
  return { skip: Number(skip), from: from || undefined };
}
