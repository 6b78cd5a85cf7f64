import type { HttpRequest } from "@azure/functions";
import * as z from "zod/mini";
import { ServiceError } from "../../core/errors.ts";
import { type Issue, pointer } from "../../core/issues.ts";
import { firstIssues } from "../../core/job/checks/locate-issues.ts";
import type { JobEdit } from "../../core/records/edit-record.ts";
import { findUnprintable } from "../../core/yaml/printable.ts";
import { checkPatchType } from "./media-types.ts";
import { readBody } from "./read-body.ts";

const mappingOf = <Value extends z.ZodMiniType>(value: Value) => z.record(z.string(), value);

const editSchema = z.strictObject({
  display_name: z.optional(z.nullable(z.string())),
  description: z.optional(z.nullable(z.string())),
  tags: z.optional(mappingOf(z.nullable(z.string()))),
  properties: z.optional(mappingOf(z.string())),
  archived: z.optional(z.boolean()),
});

/**
 * Parses the JSON merge patch of a PATCH.
 * @throws ServiceError `unsupported_media_type`, `empty_body`, `body_too_large`, `request_timeout`, and
 * `invalid_request` with all issues.
 */
export async function readEdit(request: HttpRequest, maxBytes: number): Promise<JobEdit> {
  checkPatchType(request);
  const parsed = editSchema.safeParse(parse(await readBody(request, maxBytes)));
  if (parsed.success) return checkCounts(parsed.data);
  const issues = firstIssues(parsed.error.issues.flatMap(issuesOf));
  throw new ServiceError("invalid_request", `The edit is invalid. ${issues.map(({ message }) => message).join(" ")}`, {
    issues,
  });
}

/** A job has at most 50 tags and 50 properties; an edit may also delete some. */
const maxEntries = 200;

/** Rejects a large edit before any further work. @throws ServiceError `invalid_request`. */
function checkCounts(edit: JobEdit): JobEdit {
  for (const field of ["tags", "properties"] as const) {
    const count = Object.keys(edit[field] ?? {}).length;
    if (count <= maxEntries) continue;
    const message = `${field} has ${count} entries; an edit may have at most ${maxEntries}.`;
    throw new ServiceError("invalid_request", message, {
      issues: [{ pointer: pointer([field]), code: "too_many", message }],
    });
  }
  return edit;
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes), rejectUnstorable);
  } catch (error) {
    if (error instanceof ServiceError) throw error;
    throw new ServiceError("invalid_request", "The body is not JSON in UTF-8.");
  }
}

/** Rejects the key that the schema would ignore silently, and characters that would make the stored job unreadable. */
function rejectUnstorable(key: string, value: unknown): unknown {
  if (key === "__proto__") throw new ServiceError("invalid_request", 'The key "__proto__" is not allowed; rename it.');
  const unprintable = findUnprintable(key) ?? (typeof value === "string" ? findUnprintable(value) : undefined);
  if (unprintable !== undefined)
    throw new ServiceError(
      "invalid_request",
      `The body has the character ${unprintable.name}, which is not printable; remove it.`,
    );
  return value;
}

/** Names of the schema's types in messages. */
const typeNames: Readonly<Record<string, string>> = {
  object: "a mapping",
  record: "a mapping",
  string: "text",
  boolean: "true or false",
};
const editable = Object.keys(editSchema.shape).join(", ");

function issuesOf(issue: z.core.$ZodIssue): Issue[] {
  if (issue.code !== "unrecognized_keys") {
    const field = issue.path.length === 0 ? "The edit" : issue.path.map(String).join(".");
    const type = issue.code === "invalid_type" ? typeNames[issue.expected] : undefined;
    return [
      {
        pointer: pointer(issue.path),
        code: "wrong_type",
        message: type === undefined ? `${field}: ${issue.message}.` : `${field} must be ${type}.`,
      },
    ];
  }
  return issue.keys.map((key) => ({
    pointer: pointer([...issue.path, key]),
    code: "unknown_field",
    message:
      `${JSON.stringify(key.slice(0, 100))} cannot be edited in a submitted job. ` +
      `Editable fields: ${editable}; submit a new job to change other fields.`,
  }));
}
