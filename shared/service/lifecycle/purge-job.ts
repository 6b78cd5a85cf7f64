import { type Backend, BackendRefusal } from "../../core/ports/backend-port.ts";
import type { JobIndex } from "../../core/ports/job-index.ts";
import type { OpenJob, OpenJobs } from "../../core/ports/open-jobs.ts";
import type { CallOptions, EventSink, Versioned } from "../../core/ports/ports.ts";
import type { DumpStore, JobFiles, LogUrlStore, RecordStore } from "../../core/ports/storage-ports.ts";
import type { JobRecord } from "../../core/records/record.ts";
import { publishEvents } from "./publish-events.ts";
import { closeRow } from "./update-projections.ts";

export interface PurgePorts {
  readonly records: RecordStore;
  readonly openJobs: OpenJobs;
  readonly dumps: DumpStore;
  readonly index: JobIndex;
  readonly events: EventSink;
  readonly logs: JobFiles;
  readonly outputs: JobFiles;
  readonly logUrls: LogUrlStore;
  readonly backend: Backend;
}

/**
 * Deletes the data of a job that is marked as deleted, after its last events are published. Record and openjobs row are
 * deleted last, so that the name is free only when all data of the old job is deleted. Safe to repeat.
 * @throws EventsNotPublished
 */
export async function purgeJob(
  ports: PurgePorts,
  record: Versioned<JobRecord>,
  row: Versioned<OpenJob>,
  options: CallOptions = {},
): Promise<void> {
  const { name, submission_id, creation_context } = record.value;
  await publishEvents(ports.events, record.value, row.value.published_seq, options);
  // Before the files, which the backend may upload again until then.
  await ports.backend.purge({ name, submission_id }, options).catch(ignoreRefusal);
  await Promise.all([
    ports.index.delete(name, creation_context.created_at, options),
    ports.dumps.delete(name, options),
    ports.logs.deleteAll(name, options),
    ports.outputs.deleteAll(name, options),
    ports.logUrls.delete(name, options),
  ]);
  await ports.records.delete(name, record.etag, options);
  await closeRow(ports.openJobs, name, row.etag, options);
}

/** If the backend rejects the deletion, its data remains there. */
function ignoreRefusal(error: unknown): void {
  if (!(error instanceof BackendRefusal)) throw error;
}
