import type { OpenJob, OpenJobChanges } from "../../core/ports/open-jobs.ts";
import type { Versioned } from "../../core/ports/ports.ts";
import type { JobRecord } from "../../core/records/record.ts";
import { type Revised, type ReviseOptions, type RevisePorts, reviseRecord } from "./revise-record.ts";
import { type ProjectionPorts, updateProjections } from "./update-projections.ts";

export type UpdateJobPorts = RevisePorts & ProjectionPorts;

export interface Change {
  /** The next record, or undefined to leave it as it is. */
  readonly record: (record: JobRecord, now: Date) => JobRecord | undefined;
  /** What else to write on the row of a job that stays open. */
  readonly row?: (record: JobRecord) => OpenJobChanges;
}

export interface ChangeOptions extends ReviseOptions {
  /** The open row as the caller has just read it; saves the read. */
  readonly open?: Versioned<OpenJob>;
}

/**
 * Moves a job on: the record in one conditional write, then everything that derives from it. Undefined: there is no such job.
 * @throws ServiceError `conflict`.
 */
export async function updateJob(
  ports: UpdateJobPorts,
  name: string,
  change: Change,
  { open, ...options }: ChangeOptions = {},
): Promise<Revised | undefined> {
  // The row is read before the record is written: its ETag then tells whether anybody has begun something since.
  const row = open ?? (await ports.openJobs.get(name, options));
  const revised = await reviseRecord(ports, name, change.record, options);
  if (revised === undefined) return undefined;
  const { record, changed } = revised;
  await updateProjections(ports, record, { row, changes: change.row?.(record) ?? {}, closes: changed }, options);
  return revised;
}
