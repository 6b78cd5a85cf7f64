/** Conditional requests. @see https://www.rfc-editor.org/rfc/rfc9110#section-13 */
import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import { ServiceError } from "../../core/errors.ts";
import type { JobFormat } from "./media-types.ts";

/**
 * The entity tag of a job: `"{revision}"`, or `"{revision}-yaml"` for YAML. `overlay` is the code of a notice that is
 * not stored with the job. It is part of the tag, so that its start and end are changes for a waiting caller.
 */
export function entityTag(revision: number, format: JobFormat = "json", overlay?: string): string {
  return `"${revision}${format === "yaml" ? "-yaml" : ""}${overlay === undefined ? "" : `-${overlay}`}"`;
}

/** The tag without the code of a notice. */
const withoutOverlay = (tag: string) => tag.replace(/^("\d{1,15}(?:-yaml)?)-[a-z]+_[a-z_]+"$/, '$1"');

/** True if If-None-Match contains the tag: the caller already has this state. */
export function isUnchanged(request: HttpRequest, etag: string): boolean {
  return tags(request, "if-none-match").some((tag) => tag === "*" || tag.replace(/^W\//, "") === etag);
}

/** The response for a caller that already has this state. */
export function notModified(etag: string, headers: Readonly<Record<string, string>> = {}): HttpResponseInit {
  return { status: 304, headers: { ...headers, etag, vary: "Accept", "cache-control": "private, no-cache" } };
}

/**
 * The revisions in If-Match, of JSON or YAML tags; undefined if any revision is accepted. A malformed tag becomes NaN,
 * which equals no revision, so that the request fails with 412.
 * @throws ServiceError `invalid_request`.
 */
export function expectedRevisions(request: HttpRequest): readonly number[] | undefined {
  const values = tags(request, "if-match");
  if (values.length === 0 || values.includes("*")) return undefined;
  return values.map((tag) => Number(/^"(\d{1,15})(?:-yaml)?"$/.exec(withoutOverlay(tag))?.[1] ?? Number.NaN));
}

/**
 * Creates the check of If-Match and If-None-Match of a PUT. Its argument is the revision of the existing job, if there
 * is one. `If-None-Match: *` only permits the creation of a job.
 * @throws ServiceError `invalid_request`; the check throws `precondition_failed`.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-13.2.2
 */
export function putCondition(request: HttpRequest): (revision: number | undefined) => void {
  const ifMatch = tags(request, "if-match").map(withoutOverlay);
  const ifNoneMatch = tags(request, "if-none-match").map((tag) => withoutOverlay(tag.replace(/^W\//, "")));
  return (revision) => {
    const current = revision === undefined ? [] : ["*", entityTag(revision), entityTag(revision, "yaml")];
    const isCurrent = (tag: string) => current.includes(tag);
    const failsIfMatch = ifMatch.length > 0 && !ifMatch.some(isCurrent);
    if (!failsIfMatch && !ifNoneMatch.some(isCurrent)) return;
    const state = revision === undefined ? "The job does not exist" : `The job has the ETag ${entityTag(revision)}`;
    const header = failsIfMatch ? "If-Match" : "If-None-Match";
    throw new ServiceError("precondition_failed", `${state}; the header ${header} requires another state.`);
  };
}

/** The entity tags in a header. @throws ServiceError `invalid_request` if the header exists without a tag. */
function tags(request: HttpRequest, header: "if-match" | "if-none-match"): readonly string[] {
  const values = request.headers.get(header)?.split(",") ?? [];
  const list = values.map((tag) => tag.trim()).filter((tag) => tag !== "");
  if (values.length > 0 && list.length === 0)
    throw new ServiceError("invalid_request", `The header ${header} has no entity tag; send one such as "1", or *.`);
  return list;
}
