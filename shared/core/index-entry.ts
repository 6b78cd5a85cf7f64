import type { IndexEntry } from "./job-index.ts";
import { jobToday } from "./job-of.ts";
import type { JobRecord } from "./record.ts";

/** The row of the index that a record projects to. */
export function indexEntry(record: JobRecord): IndexEntry {
  const { display_name, description, compute, tags } = jobToday(record, "");
  const { name, type, status, experiment_name, owner, creation_context, started_at, finished_at, archived, error, revision } = record;
  return {
    name,
    type,
    status,
    experiment_name,
    owner,
    created_by: creation_context.created_by,
    created_at: creation_context.created_at,
    tags,
    archived,
    revision,
    ...(display_name === undefined ? {} : { display_name }),
    ...(description === undefined ? {} : { description }),
    // As people say it: `cpu`, where a dump prints `azureml:cpu`.
    ...(compute === undefined ? {} : { compute: compute.replace(/^azureml:/, "") }),
    ...(started_at === undefined ? {} : { started_at }),
    ...(finished_at === undefined ? {} : { finished_at }),
    ...(error === undefined ? {} : { error }),
  };
}
