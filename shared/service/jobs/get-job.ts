import { jobNotFound } from "../../core/errors.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import type { RecordStore } from "../../core/ports/storage-ports.ts";
import type { JobRecord } from "../../core/records/record.ts";
import { type Scoped, visibleJob } from "../../core/records/scope.ts";

export interface GetJobPorts extends Scoped {
  readonly records: RecordStore;
}

/**
 * Reads one job.
 * @throws ServiceError `job_not_found`, also for a job that is being deleted or belongs to another owner.
 */
export async function getJob(
  { records, scope }: GetJobPorts,
  name: string,
  options: CallOptions = {},
): Promise<JobRecord> {
  const record = visibleJob(await records.get(name, options), scope);
  if (record === undefined) throw jobNotFound(name);
  return record;
}
