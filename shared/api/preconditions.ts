/** Conditional requests. @see https://www.rfc-editor.org/rfc/rfc9110#section-13 */
import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import { ServiceError } from "../core/errors.ts";
import type { JobFormat } from "./media-types.ts";

/** `"{revision}"`, and `"{revision}-yaml"` for the YAML form. */
export function entityTag(revision: number, format: JobFormat = "json"): string {
  return format === "yaml" ? `"${revision}-yaml"` : `"${revision}"`;
}

/** Whether the caller has this very state already (If-None-Match). */
export function isUnchanged(request: HttpRequest, etag: string): boolean {
  return tags(request, "if-none-match").some((tag) => tag === "*" || tag.replace(/^W\//, "") === etag);
}

export function notModified(etag: string): HttpResponseInit {
  return { status: 304, headers: { etag, vary: "Accept", "cache-control": "private, no-cache" } };
}

/**
 * The revisions that If-Match names, by the tag of either form; undefined when any will do. A tag that is none of ours names
 * no revision, so that the request fails as it must.
 */
export function expectedRevisions(request: HttpRequest): readonly number[] | undefined {
  const given = tags(request, "if-match");
  if (given.length === 0 || given.includes("*")) return undefined;
  return given.map((tag) => Number(/^"(\d{1,15})(?:-yaml)?"$/.exec(tag)?.[1] ?? Number.NaN));
}

/** @throws ServiceError `invalid_request` for a header that holds no tags. */
function tags(request: HttpRequest, header: "if-match" | "if-none-match"): readonly string[] {
  const given = request.headers.get(header)?.split(",") ?? [];
  const list = given.map((tag) => tag.trim()).filter((tag) => tag !== "");
  if (given.length > 0 && list.length === 0) throw new ServiceError("invalid_request", `The header ${header} has no entity tag.`);
  return list;
}
