import { jobNotFound } from "../../core/errors.ts";
import type { CallOptions, Versioned } from "../../core/ports/ports.ts";
import type { RecordStore } from "../../core/ports/storage-ports.ts";
import { phaseOf } from "../../core/records/phases.ts";
import type { JobRecord } from "../../core/records/record.ts";
import { isInScope, type Scope, type Scoped } from "../../core/records/scope.ts";

export interface GetJobPorts extends Scoped {
  readonly records: RecordStore;
}

/** Reads one job. @throws ServiceError `job_not_found`, also while the job is being deleted, and for a job of others. */
export async function getJob(
  { records, scope }: GetJobPorts,
  name: string,
  options: CallOptions = {},
): Promise<JobRecord> {
  const record = visibleJob(await records.get(name, options), scope);
  if (record === undefined) throw jobNotFound(name);
  return record;
}

/** A record that was read; undefined where it is not there for a caller of this scope. */
export function visibleJob(found: Versioned<JobRecord> | undefined, scope: Scope): JobRecord | undefined {
  return found === undefined || phaseOf(found.value) === "deleting" || !isInScope(scope, found.value)
    ? undefined
    : found.value;
}
