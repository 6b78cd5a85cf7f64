import type { HttpResponseInit } from "@azure/functions";
import { jobDocument, jobYaml } from "../../core/records/job-document.ts";
import type { JobReader } from "../../core/records/job-reader.ts";
import type { JobRecord } from "../../core/records/record.ts";
import type { JobFormat } from "../request/media-types.ts";
import { entityTag } from "../request/preconditions.ts";

export interface JobResponseOptions {
  readonly status?: number;
  readonly format?: JobFormat;
  /** Members added to the JSON document. */
  readonly extra?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A record, and in `overlay` the code of a notice that is not stored with it. */
type TaggedJob = JobRecord & { readonly overlay?: string };

/** The entity tag of a job in a response. */
export function jobTag({ revision, overlay }: TaggedJob, format?: JobFormat): string {
  return entityTag(revision, format, overlay);
}

/** A response with a job as JSON or YAML. */
export function jobResponse(
  reader: JobReader,
  job: TaggedJob,
  publicUrl: string,
  { status = 200, format = "json", extra = {}, headers = {} }: JobResponseOptions = {},
): HttpResponseInit {
  return {
    status,
    headers: {
      ...headers,
      "content-type": format === "yaml" ? "application/yaml" : "application/json",
      etag: jobTag(job, format),
      vary: "Accept",
      "cache-control": "private, no-cache",
    },
    body:
      format === "yaml"
        ? jobYaml(reader, job, publicUrl)
        : JSON.stringify({ ...jobDocument(reader, job, publicUrl), ...extra }),
  };
}
