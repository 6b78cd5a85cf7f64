import type { JobIndex } from "../../core/ports/job-index.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import type { RecordStore } from "../../core/ports/storage-ports.ts";
import { phaseOf } from "../../core/records/phases.ts";
import type { JobRecord } from "../../core/records/record.ts";
import { newRow, type OpenRowPorts } from "./ensure-open-row.ts";

export interface RestorePorts extends OpenRowPorts {
  readonly records: RecordStore;
  readonly index: JobIndex;
}

/**
 * Returns the `submission_id` in the record of a job, undefined without a record. Creates a missing openjobs row, due
 * now, if the job is unfinished or its index row is outdated. This repairs the state after a kill of Azurite, which
 * loses the last seconds of blobs and of tables independently, so that a record may be older than the deletion of its
 * row.
 */
export async function restoreRow(
  ports: RestorePorts,
  name: string,
  options: CallOptions = {},
): Promise<string | undefined> {
  const record = (await ports.records.get(name, options))?.value;
  if (record === undefined) return undefined;
  if ((await ports.openJobs.get(name, options)) === undefined && (await needsOpenRow(ports, record, options))) {
    await ports.openJobs.put(newRow(record, ports.clock.now()), options);
  }
  return record.submission_id;
}

async function needsOpenRow({ index }: RestorePorts, record: JobRecord, options: CallOptions): Promise<boolean> {
  if (phaseOf(record) !== "finished") return true;
  const listed = await index.get(record.name, record.creation_context.created_at, options);
  return listed === undefined || listed.revision < record.revision;
}
