import type { HttpRequest } from "@azure/functions";
import * as z from "zod/mini";
import { ServiceError } from "../../core/errors.ts";
import { type Issue, pointer } from "../../core/issues.ts";
import { firstIssues } from "../../core/job/checks/locate-issues.ts";
import type { JobEdit } from "../../core/records/edit-record.ts";
import { findUnprintable } from "../../core/yaml/printable.ts";
import { checkPatchType } from "./media-types.ts";
import { readBody } from "./read-body.ts";

const entries = <Value extends z.ZodMiniType>(value: Value) => z.record(z.string(), value);

const edit = z.strictObject({
  display_name: z.optional(z.nullable(z.string())),
  description: z.optional(z.nullable(z.string())),
  tags: z.optional(entries(z.nullable(z.string()))),
  properties: z.optional(entries(z.string())),
  archived: z.optional(z.boolean()),
});

/** What a PATCH changes. @throws ServiceError `unsupported_media_type`, `empty_body`, `body_too_large`, `invalid_request` with every issue. */
export async function readEdit(request: HttpRequest, maxBytes: number): Promise<JobEdit> {
  checkPatchType(request);
  const parsed = edit.safeParse(parse(await readBody(request, maxBytes)));
  if (parsed.success) return checkCounts(parsed.data);
  const issues = firstIssues(parsed.error.issues.flatMap(issuesOf));
  throw new ServiceError(
    "invalid_request",
    `The change is not valid. ${issues.map(({ message }) => message).join(" ")}`,
    { issues },
  );
}

/** A job has 50 tags and 50 properties at the most; a change may take some away besides. */
const maxEntries = 200;

/** @throws ServiceError `invalid_request` for a change that no job can be left with, before any work is done for it. */
function checkCounts(change: JobEdit): JobEdit {
  for (const field of ["tags", "properties"] as const) {
    const count = Object.keys(change[field] ?? {}).length;
    if (count <= maxEntries) continue;
    const message = `${field} has ${count} entries; a change takes at most ${maxEntries}.`;
    throw new ServiceError("invalid_request", message, {
      issues: [{ pointer: pointer([field]), code: "too_many", message }],
    });
  }
  return change;
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes), refuseUnreadable);
  } catch (error) {
    if (error instanceof ServiceError) throw error;
    throw new ServiceError("invalid_request", "The body is not JSON in UTF-8.");
  }
}

/** What a job could not be read with again: a key that the schema would leave out without a word, and text that nobody could see. */
function refuseUnreadable(key: string, value: unknown): unknown {
  if (key === "__proto__") throw new ServiceError("invalid_request", 'No field or tag can be called "__proto__".');
  const bad = findUnprintable(key) ?? (typeof value === "string" ? findUnprintable(value) : undefined);
  if (bad !== undefined)
    throw new ServiceError(
      "invalid_request",
      `The body has the character ${bad.name}, which nobody could see; leave it out.`,
    );
  return value;
}

/** The schema's words for what a value must be, in a caller's. */
const forms: Readonly<Record<string, string>> = {
  object: "a mapping",
  record: "a mapping",
  string: "text",
  boolean: "true or false",
};
const known = Object.keys(edit.shape).join(", ");

function issuesOf(issue: z.core.$ZodIssue): Issue[] {
  if (issue.code !== "unrecognized_keys") {
    const place = issue.path.length === 0 ? "The change" : issue.path.map(String).join(".");
    const form = issue.code === "invalid_type" ? forms[issue.expected] : undefined;
    return [
      {
        pointer: pointer(issue.path),
        code: "wrong_type",
        message: form === undefined ? `${place}: ${issue.message}.` : `${place} must be ${form}.`,
      },
    ];
  }
  return issue.keys.map((key) => ({
    pointer: pointer([...issue.path, key]),
    code: "unknown_field",
    message: `${JSON.stringify(key.slice(0, 100))} cannot be changed in a job that is submitted. A PATCH changes ${known}; submit another job for anything else.`,
  }));
}
