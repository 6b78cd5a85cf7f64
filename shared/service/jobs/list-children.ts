import type { Backend, ChildPage, ChildQuery } from "../../core/ports/backend-port.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import type { RecordStore } from "../../core/ports/storage-ports.ts";
import { wasDispatched } from "../../core/records/phases.ts";
import type { Scoped } from "../../core/records/scope.ts";
import { readContinuation, writeContinuation } from "../../core/text/continuation.ts";
import { getJob } from "./get-job.ts";

export interface ListChildrenPorts extends Scoped {
  readonly records: RecordStore;
  readonly backend: Backend;
}

/**
 * One page of the child jobs of a pipeline or sweep, read from the backend; empty for any other job, and before the
 * dispatch of the job.
 * @throws ServiceError `job_not_found`, `invalid_query` for a continuation of another job.
 */
export async function listChildren(
  { backend, ...ports }: ListChildrenPorts,
  name: string,
  { limit, continuation }: ChildQuery,
  options: CallOptions = {},
): Promise<ChildPage> {
  const record = await getJob(ports, name, options);
  const { submission_id, type } = record;
  const list = ["children", name, submission_id];
  const from = continuation === undefined ? undefined : readContinuation(continuation, list);
  const hasChildren = wasDispatched(record) && (type === "pipeline" || type === "sweep");
  const page = hasChildren
    ? await backend.children?.({ name, submission_id }, { limit, continuation: from }, options)
    : undefined;
  const next = page?.continuation;
  return {
    children: page?.children ?? [],
    ...(next === undefined ? {} : { continuation: writeContinuation(next, list) }),
  };
}
