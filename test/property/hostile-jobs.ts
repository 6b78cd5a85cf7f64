/** Jobs of the allowed size that should be slow to read: they repeat a hostile part in any field of any job type. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { problemResponse } from "../../shared/api/response/problem-response.ts";
import { dryRunResponse } from "../../shared/api/response/submission-response.ts";
import { unsupported } from "../../shared/backends/local/jobs/unsupported.ts";
import { ServiceError } from "../../shared/core/errors.ts";
import { type JobFilesReader, loadJob } from "../../shared/core/job/load-job.ts";
import type { Backend } from "../../shared/core/ports/backend-port.ts";
import { checkJob, notSubmittable } from "../../shared/service/jobs/check-job.ts";
import { folderFiles } from "../parity/folder-files.ts";
import { jobReader } from "../support/job-reader.ts";

/** The default limit on the size of a body. */
export const allowedBytes = 262_144;

const folder = new URL("../../examples/", import.meta.url);

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** The example jobs as JSON, of every type. */
export const templates: readonly { readonly file: string; readonly job: Json }[] = readdirSync(folder)
  .filter((file) => file.endsWith(".yml"))
  .map((file) => ({ file, job: asJson(readFileSync(new URL(file, folder), "utf8")) }));

function asJson(source: string): Json {
  const { job, issues } = loadJob(source, { files: folderFiles(fileURLToPath(folder)) });
  if (job === undefined) throw new Error(JSON.stringify(issues));
  const { creation_context: _context, ...fields } = job.toObject();
  return JSON.parse(
    JSON.stringify({ description: "x", tags: { a: "b" }, properties: { c: "d" }, display_name: "e", ...fields }),
  );
}

/** The paths of the texts of a job; `<key>` at the end stands for the name of a field. */
export function placesOf(value: Json, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  const inner = Object.entries(value).flatMap(([key, member]) => placesOf(member, [...path, key]));
  return Array.isArray(value) ? inner : [...inner, [...path, "<key>"]];
}

/** A copy of a job with this text at a path. */
export function withText(value: Json, [key, ...rest]: readonly string[], text: string): Json {
  if (key === undefined) return text;
  if (key === "<key>") return { ...(value as { [key: string]: Json }), [text]: "x" };
  const copy = Array.isArray(value) ? [...value] : { ...(value as { [key: string]: Json }) };
  const member = (value as { [key: string]: Json })[key] as Json;
  Object.assign(copy, { [key]: withText(member, rest, text) });
  return copy;
}

const backend = { id: "local", unsupported } as unknown as Backend;
const files = { kind: () => "folder" as const, read: () => undefined };

/** All work of a request on a job before it is stored: it is checked and dumped, and its issues are returned. */
export function judge(source: string, format: "yaml" | "json", reader: JobFilesReader = files): void {
  const submission = {
    source,
    format,
    door: "http",
    owner: "o",
    createdBy: { name: "a", type: "User" },
    bundle: { sha256: "0", files: reader },
  } as const;
  try {
    const checked = checkJob({ backend, jobReader }, submission);
    dryRunResponse(checked);
    if (!checked.submittable) problemResponse(notSubmittable(backend, checked.warnings), "r");
    else checked.job.withFields({ name: "x" }).toYaml();
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    problemResponse(error, "r");
  }
}
