/** Parses stored records of every version. */
import * as z from "zod/mini";
import { ServiceError } from "../errors.ts";
import { type NoticeCode, noticeCodes } from "./notice.ts";
import type { JobRecord } from "./record.ts";

const newest = 2;

const text = z.string();
const texts = z.array(text);
const failure = z.looseObject({ code: text, message: text });
const edited = z.optional(z.record(text, z.nullable(text)));

/**
 * Every field that the service reads. Other fields are preserved, because a later release of the same version may have
 * written them.
 */
const fields = z.looseObject({
  schema_version: z.union([z.literal(1), z.literal(2)]),
  name: text,
  type: text,
  submission_id: text,
  fingerprint: text,
  owner: text,
  door: text,
  dump: text,
  experiment_name: text,
  edits: z.looseObject({
    display_name: z.optional(z.nullable(text)),
    description: z.optional(z.nullable(text)),
    tags: edited,
    properties: edited,
  }),
  archived: z.boolean(),
  rerun_of: z.optional(text),
  bundle_sha256: z.optional(text),
  bundle_folder: z.optional(text),
  backend: text,
  status: text,
  status_observed_at: z.optional(text),
  backend_revision: z.optional(z.number()),
  started_at: z.optional(text),
  finished_at: z.optional(text),
  error: z.optional(failure),
  notice: z.optional(z.looseObject({ code: text, message: text, since: text })),
  creation_context: z.looseObject({ created_at: text, created_by: text, created_by_type: text }),
  backend_id: z.optional(text),
  studio_url: z.optional(text),
  services: z.optional(z.record(text, z.looseObject({}))),
  log_names: texts,
  dispatch_claimed_at: z.optional(text),
  dispatched_at: z.optional(text),
  cancel_requested_at: z.optional(text),
  not_found_at: z.optional(texts),
  timeline: z.array(z.looseObject({ seq: z.int(), status: text, at: text, source: text, message: z.optional(text) })),
  revision: z.int(),
  modified_at: text,
  deleted_at: z.optional(text),
});

/**
 * The record of a job, converted to the current version, from its stored text.
 * @throws ServiceError `record_damaged` for a text that is not a record of this job, `record_too_new` for one of a
 * later version.
 */
export function readRecord(stored: string, name: string): JobRecord {
  const value = parseJson(stored, name);
  const version = (value as { readonly schema_version?: unknown } | null)?.schema_version;
  if (typeof version === "number" && version > newest) throw tooNew(name, version);
  const { data, error } = fields.safeParse(value);
  if (error !== undefined) throw damaged(name, error.issues[0]?.path.join(".") || "the root", error);
  if (data.name !== name) throw damaged(name, "name");
  return toCurrentVersion(data as unknown as JobRecord | RecordV1);
}

function parseJson(stored: string, name: string): unknown {
  try {
    return JSON.parse(stored);
  } catch (error) {
    throw damaged(name, "the root", error);
  }
}

function damaged(name: string, path: string, cause?: unknown): ServiceError {
  const message =
    `The stored record of job ${name} is damaged; its value at ${path} is invalid. ` +
    `Restore jobs/${name}/record.json in storage, or delete it and run reindex.`;
  return new ServiceError("record_damaged", message, { cause });
}

function tooNew(name: string, version: number): ServiceError {
  const message =
    `The record of job ${name} has version ${version}, and this service reads up to version ${newest}. ` +
    "Update the service.";
  return new ServiceError("record_too_new", message);
}

/** A record of version 1, whose errors included two of the current notices. */
type RecordV1 = Omit<JobRecord, "schema_version" | "notice"> & { readonly schema_version: 1 };

const errorsThatAreNotices: readonly string[] = ["update_failed", "other_backend"] satisfies NoticeCode[];

function toCurrentVersion(record: JobRecord | RecordV1): JobRecord {
  if (record.schema_version !== 1) return withKnownNotice(record);
  const { error, ...rest } = record;
  if (error === undefined || !errorsThatAreNotices.includes(error.code)) return { ...record, schema_version: 2 };
  return {
    ...rest,
    schema_version: 2,
    notice: { code: error.code as NoticeCode, message: error.message, since: record.modified_at },
  };
}

/** Removes a notice with an unknown code, which a later release of the same version may have written. */
function withKnownNotice(record: JobRecord): JobRecord {
  if (record.notice === undefined || noticeCodes.includes(record.notice.code)) return record;
  const { notice: _unknown, ...rest } = record;
  return rest;
}
