/** The job of a record: as submitted, and with its edits and its status. */

import { defined } from "../../lib/defined.ts";
import type { Job } from "../job/job.ts";
import type { JobMetadata } from "../ports/backend-port.ts";
import type { JobReader } from "./job-reader.ts";
import type { JobEdits, JobRecord } from "./record.ts";

/** A map with edits applied: null removes a key. */
function edited(
  map: Readonly<Record<string, string | null>>,
  edits: JobEdits["tags"] = {},
): Record<string, string | null> {
  return Object.fromEntries(
    Object.entries({ ...map, ...edits }).filter(([key, value]) => value !== null || !Object.hasOwn(edits, key)),
  );
}

/** The job as submitted, with its edits. */
export function editedJob(reader: JobReader, record: JobRecord): Job {
  const { display_name, description, tags, properties } = record.edits;
  const job = reader.jobOf(record);
  if (Object.keys(record.edits).length === 0) return job;
  return job.withFields({
    ...defined({ display_name, description }),
    ...(tags === undefined ? {} : { tags: edited(job.tags, tags) }),
    ...(properties === undefined ? {} : { properties: edited(job.properties, properties) }),
  });
}

/** The metadata to store at the backend. */
export function metadataOf(reader: JobReader, record: JobRecord): JobMetadata {
  const job = editedJob(reader, record);
  const { tags = {}, properties = {} } = record.edits;
  const texts = (map: Readonly<Record<string, string | null>>) =>
    Object.fromEntries(Object.entries(map).map(([key, value]) => [key, value ?? ""]));
  return {
    experiment_name: record.experiment_name,
    display_name: job.display_name ?? record.name,
    description: job.description ?? "",
    tags: texts(job.tags),
    removed_tags: Object.keys(tags).filter((key) => tags[key] === null),
    properties: texts(properties),
    archived: record.archived,
  };
}

/** The job with its edits, its status, its services and the stable URLs of its logs below `publicUrl`. */
export function currentJob(reader: JobReader, record: JobRecord, publicUrl: string): Job {
  return editedJob(reader, record).withKnown({
    id: record.backend_id ?? record.name,
    status: record.status,
    creation_context: record.creation_context,
    studio_url: record.studio_url,
    services: record.services,
    log_files: logFileUrls(record, publicUrl),
  });
}

/**
 * The job as YAML. Its notice is a comment on the first line, because it is not a field of a job, and loaders ignore
 * comments.
 */
export function jobYaml(reader: JobReader, record: JobRecord, publicUrl: string): string {
  const { notice } = record;
  const comment =
    notice === undefined
      ? ""
      : `# notice ${notice.code} since ${notice.since}: ${notice.message}`.replaceAll(/[\s\p{C}]+/gu, " ").trimEnd();
  return `${comment === "" ? "" : `${comment}\n`}${currentJob(reader, record, publicUrl).toYaml()}`;
}

/** Log name -> URL of the service, which does not expire. Computed for each response, never stored. */
export function logFileUrls({ name, log_names }: JobRecord, publicUrl: string): Record<string, string> {
  return Object.fromEntries(
    log_names.map((log) => [
      log,
      `${publicUrl}/api/jobs/${name}/log_files/${log.split("/").map(encodeURIComponent).join("/")}`,
    ]),
  );
}

/** The job as JSON: the fields of its dump, and the fields added by the service. */
export function jobDocument(reader: JobReader, record: JobRecord, publicUrl: string): Record<string, unknown> {
  const job = currentJob(reader, record, publicUrl);
  const { name, type, display_name, status, ...fields } = job.toObject();
  return {
    name,
    type,
    ...defined({ display_name }),
    status,
    ...fields,
    log_files: job.log_files ?? {},
    ...defined({ studio_url: job.studio_url }),
    creation_context: record.creation_context,
    ...defined({
      error: record.error,
      notice: record.notice,
      started_at: record.started_at,
      finished_at: record.finished_at,
      status_observed_at: record.status_observed_at,
    }),
    archived: record.archived,
    revision: record.revision,
  };
}
