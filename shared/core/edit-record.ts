import { ServiceError } from "./errors.ts";
import { type Issue, pointer } from "./issues.ts";
import { checkBase, checkSecrets, type Finding } from "./job/checks.ts";
import type { Job } from "./job/job.ts";
import { editedJob } from "./job-of.ts";
import type { JobEdits, JobRecord } from "./record.ts";
import { revise } from "./transitions.ts";
import type { Mapping } from "./yaml/value.ts";

/** A merge patch of a job (RFC 7396): a null takes a text or a tag away. Properties are only added, as Azure ML has it. */
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

/**
 * The record with an edit; undefined when that changes nothing.
 * @throws ServiceError `invalid_request` naming each property that exists, and what is too many, too long or a secret.
 */
export function editRecord(record: JobRecord, edit: JobEdit, { name, type }: Editor, now: Date): JobRecord | undefined {
  const before = editedJob(record);
  const edits = merged(record.edits, edit);
  const after = editedJob({ ...record, edits });
  const issues = [...existing(before, edit), ...findings(edit, after)];
  if (issues.length > 0) throw new ServiceError("invalid_request", issues.map(({ message }) => message).join(" "), { issues });
  const archived = edit.archived ?? record.archived;
  if (archived === record.archived && after.toYaml() === before.toYaml()) return undefined;
  const modified = { last_modified_at: now.toISOString(), last_modified_by: name, last_modified_by_type: type };
  return revise(record, { edits, archived, creation_context: { ...record.creation_context, ...modified } }, now);
}

function merged(edits: JobEdits, { display_name, description, tags, properties }: JobEdit): JobEdits {
  return {
    ...edits,
    ...(display_name === undefined ? {} : { display_name }),
    ...(description === undefined ? {} : { description }),
    ...(tags === undefined ? {} : { tags: { ...edits.tags, ...tags } }),
    ...(properties === undefined ? {} : { properties: { ...edits.properties, ...properties } }),
  };
}

/** The same value again is no change, so that a request can be repeated. */
function existing({ properties }: Job, edit: JobEdit): Issue[] {
  const taken = Object.entries(edit.properties ?? {}).filter(([key, value]) => Object.hasOwn(properties, key) && properties[key] !== value);
  return taken.map(([key]) => ({
    pointer: pointer(["properties", key]),
    code: "property_exists",
    message: `properties.${key} exists; properties can be added, but not changed.`,
  }));
}

/** What a submission would be refused for, too. */
function findings(edit: JobEdit, { tags, properties }: Job): Issue[] {
  const found: Finding[] = [];
  const find = (finding: Finding): void => void found.push(finding);
  checkBase({ tags, properties } as Mapping, find);
  checkSecrets(JSON.parse(JSON.stringify(edit)), [], find);
  return found.map(({ code, message, path = [] }) => ({ pointer: pointer(path), code, message: `${path.map(String).join(".")} ${message}` }));
}
