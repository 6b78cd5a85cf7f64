import { isDeepStrictEqual } from "node:util";
import { defined } from "../../lib/defined.ts";
import type { Diagnostic, Report } from "../diagnostic.ts";
import { ServiceError } from "../errors.ts";
import { type Issue, pointer } from "../issues.ts";
import { checkBaseFields, checkSecrets } from "../job/checks/common.ts";
import type { Job } from "../job/job.ts";
import { editedJob } from "./job-document.ts";
import type { JobReader } from "./job-reader.ts";
import type { JobEdits, JobRecord } from "./record.ts";
import { revise } from "./revise.ts";
import { clearNotice } from "./set-notice.ts";

/** A merge patch of a job (RFC 7396): null removes a text or a tag. Properties can only be added, as in Azure ML. */
export interface JobEdit {
  readonly display_name?: string | null | undefined;
  readonly description?: string | null | undefined;
  readonly tags?: Readonly<Record<string, string | null>> | undefined;
  readonly properties?: Readonly<Record<string, string>> | undefined;
  readonly archived?: boolean | undefined;
}

export interface Editor {
  readonly name: string;
  readonly type: string;
}

export interface EditOptions {
  readonly by: Editor;
  /** True if the backend stores metadata: removed tags are kept until they have been sent. */
  readonly sendsEdits: boolean;
}

/**
 * Maximum size of a job's edits as JSON: enough for the maximum number of tags and properties of 1000 characters each,
 * plus the text fields.
 */
const maxEditBytes = 512 * 1024;

/**
 * The record with an edit; undefined if the edit changes nothing.
 * @throws ServiceError `invalid_request` with an issue for each property that exists and each value that is too long,
 * too many or a secret; `edits_too_large`.
 */
export function editRecord(
  reader: JobReader,
  record: JobRecord,
  edit: JobEdit,
  { by, sendsEdits: shows }: EditOptions,
  now: Date,
): JobRecord | undefined {
  const before = editedJob(reader, record);
  const mergedEdits = mergeEdits(record.edits, edit);
  const edits = shows ? mergedEdits : withoutObsoleteTags(reader, record, mergedEdits);
  const after = editedJob(reader, { ...record, edits });
  const issues = [...existingProperties(before, edit), ...checkEdit(edit, after)];
  if (issues.length > 0)
    throw new ServiceError("invalid_request", issues.map(({ message }) => message).join(" "), { issues });
  const bytes = Buffer.byteLength(JSON.stringify(edits));
  if (bytes > maxEditBytes && bytes > Buffer.byteLength(JSON.stringify(record.edits)))
    throw tooLarge(record.name, bytes);
  const archived = edit.archived ?? record.archived;
  if (archived === record.archived && after.toYaml() === before.toYaml()) return undefined;
  const modified = { last_modified_at: now.toISOString(), last_modified_by: by.name, last_modified_by_type: by.type };
  return revise(record, { edits, archived, creation_context: { ...record.creation_context, ...modified } }, now);
}

function tooLarge(name: string, bytes: number): ServiceError {
  const message =
    `The edits of job ${name} would have ${bytes} bytes, and at most ${maxEditBytes} are stored. ` +
    "Shorten them, or repeat the edit once the backend has received the earlier ones.";
  return new ServiceError("edits_too_large", message);
}

/** The edits without removed tags that the submission does not have, as these need not be removed. */
function withoutObsoleteTags(reader: JobReader, record: JobRecord, edits: JobEdits): JobEdits {
  const { tags, ...rest } = edits;
  if (tags === undefined) return edits;
  const submitted = reader.jobOf(record).tags;
  const remaining = Object.entries(tags).filter(([key, value]) => value !== null || Object.hasOwn(submitted, key));
  return remaining.length === 0 ? rest : { ...rest, tags: Object.fromEntries(remaining) };
}

/**
 * The record after the backend received the edits of `sent`: without removed tags and without the notice. Undefined if
 * nothing changes.
 */
export function editsReceived(reader: JobReader, record: JobRecord, sent: JobRecord, now: Date): JobRecord | undefined {
  if (record.submission_id !== sent.submission_id || !isDeepStrictEqual(record.edits, sent.edits)) return undefined;
  const edits = withoutObsoleteTags(reader, record, record.edits);
  const cleared = clearNotice(record, "edit_not_sent", now);
  if (isDeepStrictEqual(edits, record.edits)) return cleared;
  return cleared === undefined ? revise(record, { edits }, now) : { ...cleared, edits };
}

function mergeEdits(edits: JobEdits, { display_name, description, tags, properties }: JobEdit): JobEdits {
  return {
    ...edits,
    ...defined({ display_name, description }),
    ...(tags === undefined ? {} : { tags: { ...edits.tags, ...tags } }),
    ...(properties === undefined ? {} : { properties: { ...edits.properties, ...properties } }),
  };
}

/** Issues of properties that exist with another value. A repeated edit has no issues. */
function existingProperties({ properties }: Job, edit: JobEdit): Issue[] {
  const changed = Object.entries(edit.properties ?? {}).filter(
    ([key, value]) => Object.hasOwn(properties, key) && properties[key] !== value,
  );
  return changed.map(([key]) => ({
    pointer: pointer(["properties", key]),
    code: "property_exists",
    message: `properties.${key} exists. Properties can be added, but not changed.`,
  }));
}

/** Issues that a submission with these values would have. */
function checkEdit(edit: JobEdit, { tags, properties }: Job): Issue[] {
  const diagnostics: Diagnostic[] = [];
  const report: Report = (diagnostic) => void diagnostics.push(diagnostic);
  checkBaseFields({ tags, properties }, report);
  checkSecrets(JSON.parse(JSON.stringify(edit)), [], report);
  return diagnostics.map(({ code, message, path }) => ({
    pointer: pointer(path),
    code,
    message: `${path.map(String).join(".")} ${message}`,
  }));
}
