import { jobNotFound } from "../core/errors.ts";
import type { CallOptions } from "../core/ports.ts";
import type { JobRecord } from "../core/record.ts";
import { isWithin, type Scoped } from "../core/scope.ts";
import type { RecordStore } from "../core/storage-ports.ts";

export interface GetJobPorts extends Scoped {
  readonly records: RecordStore;
}

/** Reads one job. @throws ServiceError `job_not_found`, also while the job is being deleted, and for a job of others. */
export async function getJob({ records, scope }: GetJobPorts, name: string, options: CallOptions = {}): Promise<JobRecord> {
  const found = await records.get(name, options);
  if (found === undefined || found.value.deleted_at !== undefined || !isWithin(scope, found.value)) throw jobNotFound(name);
  return found.value;
}
