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
 * Clears away what is left of a deleted job, once its last events are out. The record goes last but for the open row: its
 * name stays taken until nothing of the old job could be mistaken for a new one's. Safe to run again.
 */
export async function purgeJob(
  ports: PurgePorts,
  record: Versioned<JobRecord>,
  row: Versioned<OpenJob>,
  options: CallOptions = {},
): Promise<void> {
  const { name, submission_id, creation_context } = record.value;
  await publishEvents(ports.events, record.value, row.value.published_seq, options);
  // Before the files: until then the backend may store them again, if they are missing.
  await ports.backend.purge({ name, submission_id }, options).catch(unlessRefused);
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

/** What the backend will not let go of is its own to keep. */
function unlessRefused(error: unknown): void {
  if (!(error instanceof BackendRefusal)) throw error;
}
