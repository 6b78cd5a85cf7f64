import type { HttpResponseInit } from "@azure/functions";
import type { JobReader } from "../../core/records/job-reader.ts";
import type { CheckedJob, Submitted } from "../../core/records/submission.ts";
import { maskIssue } from "../../core/text/mask-issue.ts";
import type { JobFormat } from "../request/media-types.ts";
import { jobResponse } from "./job-response.ts";
import { jsonResponse } from "./json-response.ts";

/** The response to a submission: 201 with a new job, or 200 with the existing one. JSON also contains the warnings. */
export function submissionResponse(
  reader: JobReader,
  { record, warnings, created }: Submitted,
  publicUrl: string,
  format: JobFormat,
): HttpResponseInit {
  const headers = {
    location: `${publicUrl}/api/jobs/${record.name}`,
    ...(created ? {} : { "idempotency-replayed": "true" }),
  };
  return jobResponse(reader, record, publicUrl, {
    status: created ? 201 : 200,
    format,
    headers,
    extra: { warnings: warnings.map(maskIssue) },
  });
}

/** The response to a dry run: the job that a submission would store, with secrets masked. */
export function dryRunResponse({ job, warnings, submittable }: CheckedJob): HttpResponseInit {
  const masked = job.maskSecrets();
  return jsonResponse(
    { valid: true, submittable, job: masked.toObject(), yaml: masked.toYaml(), warnings: warnings.map(maskIssue) },
    { "cache-control": "no-store" },
  );
}
