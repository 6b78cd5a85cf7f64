import { defined } from "../../lib/defined.ts";
import type { IndexEntry } from "../ports/job-index.ts";
import { toNfc } from "../text/to-nfc.ts";
import { currentJob } from "./job-document.ts";
import type { JobReader } from "./job-reader.ts";
import type { JobRecord } from "./record.ts";

/** The index row of a record. Searchable texts are normalized. */
export function indexEntry(reader: JobReader, record: JobRecord): IndexEntry {
  const { display_name, description, compute, tags } = currentJob(reader, record, "");
  const {
    name,
    type,
    status,
    experiment_name,
    owner,
    creation_context,
    started_at,
    finished_at,
    archived,
    error,
    notice,
    revision,
  } = record;
  return {
    name,
    type,
    status,
    experiment_name: toNfc(experiment_name),
    owner,
    created_by: toNfc(creation_context.created_by),
    created_at: creation_context.created_at,
    tags: Object.fromEntries(
      Object.entries(tags).map(([key, value]) => [toNfc(key), value === null ? null : toNfc(value)]),
    ),
    archived,
    revision,
    ...(display_name === undefined ? {} : { display_name: toNfc(display_name) }),
    ...(description === undefined ? {} : { description: toNfc(description) }),
    // `cpu`, where a dump prints `azureml:cpu`.
    ...(compute === undefined ? {} : { compute: toNfc(compute.replace(/^azureml:/, "")) }),
    ...defined({ started_at, finished_at, error, notice }),
  };
}
