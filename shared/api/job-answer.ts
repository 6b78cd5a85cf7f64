/** A job as an HTTP answer. */
import type { HttpResponseInit } from "@azure/functions";
import { jobDocument, jobToday } from "../core/job-of.ts";
import type { JobRecord } from "../core/record.ts";
import type { JobFormat } from "./media-types.ts";
import { entityTag } from "./preconditions.ts";

export interface JobAnswer {
  readonly status?: number;
  readonly format?: JobFormat;
  /** Members added to the JSON form. */
  readonly extra?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

export function jobAnswer(record: JobRecord, publicUrl: string, { status = 200, format = "json", extra = {}, headers = {} }: JobAnswer = {}): HttpResponseInit {
  return {
    status,
    headers: {
      ...headers,
      "content-type": format === "yaml" ? "application/yaml" : "application/json",
      etag: entityTag(record.revision, format),
      vary: "Accept",
      "cache-control": "private, no-cache",
    },
    body: format === "yaml" ? jobToday(record, publicUrl).toYaml() : JSON.stringify({ ...jobDocument(record, publicUrl), ...extra }),
  };
}
