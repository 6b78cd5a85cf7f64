/** The answers to a submission and to a dry run. */
import type { HttpResponseInit } from "@azure/functions";
import type { JobReader } from "../../core/records/job-reader.ts";
import type { CheckedJob, Submitted } from "../../core/records/submission.ts";
import { maskIssue } from "../../core/text/mask-issue.ts";
import type { JobFormat } from "../request/media-types.ts";
import { jobResponse } from "./job-response.ts";
import { jsonResponse } from "./json-response.ts";

/** 201 for a new job, 200 for a replay, with the job and, in JSON, the warnings. */
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

/** What a submission would store; secrets are masked. */
export function dryRunResponse({ job, warnings, submittable }: CheckedJob): HttpResponseInit {
  const masked = job.maskSecrets();
  return jsonResponse(
    { valid: true, submittable, job: masked.toObject(), yaml: masked.toYaml(), warnings: warnings.map(maskIssue) },
    { "cache-control": "no-store" },
  );
}
