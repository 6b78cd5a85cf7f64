/** A job as an HTTP answer. */
import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import { jobDocument, jobToday } from "../core/job-of.ts";
import type { JobRecord } from "../core/record.ts";
import type { JobFormat } from "./media-types.ts";

export interface JobAnswer {
  readonly status?: number;
  readonly format?: JobFormat;
  /** Members added to the JSON form. */
  readonly extra?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** `"{revision}"`, and `"{revision}-yaml"` for the YAML form. */
export function entityTag(revision: number, format: JobFormat = "json"): string {
  return format === "yaml" ? `"${revision}-yaml"` : `"${revision}"`;
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

/** Whether the caller has this very state already (If-None-Match). */
export function isUnchanged(request: HttpRequest, etag: string): boolean {
  const given = request.headers.get("if-none-match")?.split(",") ?? [];
  return given.some((tag) => tag.trim().replace(/^W\//, "") === etag || tag.trim() === "*");
}

export function notModified(etag: string): HttpResponseInit {
  return { status: 304, headers: { etag, vary: "Accept", "cache-control": "private, no-cache" } };
}
