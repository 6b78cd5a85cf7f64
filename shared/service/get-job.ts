import { jobNotFound } from "../core/errors.ts";
import type { CallOptions, RecordStore } from "../core/ports.ts";
import type { JobRecord } from "../core/record.ts";

export interface GetJobPorts {
  readonly records: RecordStore;
}

/** Reads one job. @throws ServiceError `job_not_found`, also while the job is being deleted. */
export async function getJob({ records }: GetJobPorts, name: string, options: CallOptions = {}): Promise<JobRecord> {
  const found = await records.get(name, options);
  if (found === undefined || found.value.deleted_at !== undefined) throw jobNotFound(name);
  return found.value;
}
