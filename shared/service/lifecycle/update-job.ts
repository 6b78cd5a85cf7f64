import type { OpenJob, OpenJobChanges } from "../../core/ports/open-jobs.ts";
import type { Versioned } from "../../core/ports/ports.ts";
import type { JobRecord } from "../../core/records/record.ts";
import { ensureOpenRow } from "./ensure-open-row.ts";
import { EventsNotPublished } from "./publish-events.ts";
import { type Change, type Revised, type ReviseOptions, type RevisePorts, reviseRecord } from "./revise-record.ts";
import { type ProjectionPorts, updateProjections } from "./update-projections.ts";

export type UpdateJobPorts = RevisePorts & ProjectionPorts;

export interface JobUpdate {
  readonly record: Change;
  /** Changes of the row that are written with the projections, besides those derived from the record. */
  readonly row?: (record: JobRecord) => OpenJobChanges;
  /** The openjobs row as just read by the caller; saves a read. */
  readonly open?: Versioned<OpenJob>;
  /**
   * For a change requested by a caller, also of a finished job, which has no row: step 1 creates the row or writes
   * these changes on it. If the record is not modified, no step is taken. Healing repeats steps that fail after the
   * commit point.
   */
  readonly ensureRow?: (next: JobRecord) => OpenJobChanges;
  /** Replaces step 3 of a change with `ensureRow`. */
  readonly finish?: (updated: Revised, row: Versioned<OpenJob>) => Promise<void>;
}

/**
 * Changes a job in three steps, so that healing can repair the job after a crash at any point:
 *
 * 1. The openjobs row. It exists before the record changes, so that `heal-jobs` and `poll-jobs` find the job after a
 *    crash. Its ETag is read in this step: step 3 does not delete a row that another writer has changed since.
 * 2. The record, in one conditional write. This is the commit point: before it, nothing is visible to callers, and
 *    after it the change is permanent, because everything else can be derived from the record again.
 * 3. The projections: the index row, the events, and last the openjobs row, which is deleted if the job is finished and
 *    no edit is pending. After a crash, healing repeats this step. It also publishes events whose publication failed.
 *
 * Returns undefined for a job that does not exist in the scope or is being deleted.
 * @throws ServiceError `conflict` after repeated conflicting writes. Errors of `record` and of storage are thrown
 * unchanged.
 */
export async function updateJob(
  ports: UpdateJobPorts,
  name: string,
  update: JobUpdate,
  options: ReviseOptions = {},
): Promise<Revised | undefined> {
  const { start: _start, ...callOptions } = options;
  if (update.ensureRow !== undefined) return updateForCaller(ports, name, update, options);
  const row = update.open ?? (await ports.openJobs.get(name, callOptions));
  const revised = await reviseRecord(ports, name, update.record, options);
  if (revised === undefined) return undefined;
  const { record, changed } = revised;
  const changes = update.row?.(record) ?? {};
  try {
    await updateProjections(ports, record, { row, changes, closes: changed }, callOptions);
  } catch (error) {
    if (!(error instanceof EventsNotPublished)) throw error;
  }
  return revised;
}

async function updateForCaller(
  ports: UpdateJobPorts,
  name: string,
  update: JobUpdate,
  options: ReviseOptions,
): Promise<Revised | undefined> {
  const { start: _start, ...callOptions } = options;
  let row: Versioned<OpenJob> | undefined;
  const change: Change = async (record, now) => {
    const next = await update.record(record, now);
    if (next !== undefined) row = await ensureOpenRow(ports, record, update.ensureRow?.(next) ?? {}, callOptions);
    return next;
  };
  const revised = await reviseRecord(ports, name, change, options);
  if (revised === undefined || !revised.changed || row === undefined) return revised;
  const { record } = revised;
  const changes = update.row?.(record) ?? {};
  const finish = update.finish ?? (() => updateProjections(ports, record, { row, changes, closes: true }, callOptions));
  await finish(revised, row).catch(() => undefined);
  return revised;
}
