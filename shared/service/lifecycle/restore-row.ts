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
 * The `submission_id` in the record of a job; undefined without a record. A job that is unfinished, or is listed as it was before, and has
 * no open row gets one that is due now: a killed Azurite loses the last seconds of blobs and of tables, but not the same seconds, so a
 * record may be older than the deletion of its row, and nothing else would look at the job again.
 */
export async function restoreRow(
  ports: RestorePorts,
  name: string,
  options: CallOptions = {},
): Promise<string | undefined> {
  const record = (await ports.records.get(name, options))?.value;
  if (record === undefined) return undefined;
  if ((await ports.openJobs.get(name, options)) === undefined && (await isBehind(ports, record, options))) {
    await ports.openJobs.put(newRow(record, ports.clock.now()), options);
  }
  return record.submission_id;
}

async function isBehind({ index }: RestorePorts, record: JobRecord, options: CallOptions): Promise<boolean> {
  if (phaseOf(record) !== "finished") return true;
  const listed = await index.get(record.name, record.creation_context.created_at, options);
  return listed === undefined || listed.revision < record.revision;
}
