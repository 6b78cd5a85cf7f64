/** Conditional requests. @see https://www.rfc-editor.org/rfc/rfc9110#section-13 */
import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import { ServiceError } from "../../core/errors.ts";
import type { JobFormat } from "./media-types.ts";

/**
 * `"{revision}"`, and `"{revision}-yaml"` for the YAML form. `overlay` is the code of a notice that is not part of the revision:
 * it makes another tag, so that a caller who waits for a change receives the notice, and its end.
 */
export function entityTag(revision: number, format: JobFormat = "json", overlay?: string): string {
  return `"${[revision, ...(format === "yaml" ? ["yaml"] : []), ...(overlay === undefined ? [] : [overlay])].join("-")}"`;
}

/** The tag of the revision alone. */
const withoutOverlay = (tag: string) => tag.replace(/^("\d{1,15}(?:-yaml)?)-[a-z]+_[a-z_]+"$/, '$1"');

/** Whether the caller has this very state already (If-None-Match). */
export function isUnchanged(request: HttpRequest, etag: string): boolean {
  return tags(request, "if-none-match").some((tag) => tag === "*" || tag.replace(/^W\//, "") === etag);
}

/** The caller has this state already. */
export function notModified(etag: string, headers: Readonly<Record<string, string>> = {}): HttpResponseInit {
  return { status: 304, headers: { ...headers, etag, vary: "Accept", "cache-control": "private, no-cache" } };
}

/**
 * The revisions that If-Match names, by the tag of either form; undefined when any will do. A tag that is none of ours names
 * no revision, so that the request fails as it must.
 */
export function expectedRevisions(request: HttpRequest): readonly number[] | undefined {
  const given = tags(request, "if-match");
  if (given.length === 0 || given.includes("*")) return undefined;
  return given.map((tag) => Number(/^"(\d{1,15})(?:-yaml)?"$/.exec(withoutOverlay(tag))?.[1] ?? Number.NaN));
}

/**
 * What a PUT asks of the job that is there under its name, or is not: `If-None-Match: *` makes a new one or nothing.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-13.2.2
 */
export function putCondition(request: HttpRequest): (revision: number | undefined) => void {
  const wanted = tags(request, "if-match").map(withoutOverlay);
  const unwanted = tags(request, "if-none-match").map((tag) => withoutOverlay(tag.replace(/^W\//, "")));
  return (revision) => {
    const current = revision === undefined ? [] : ["*", entityTag(revision), entityTag(revision, "yaml")];
    const isOne = (tag: string) => current.includes(tag);
    if ((wanted.length === 0 || wanted.some(isOne)) && !unwanted.some(isOne)) return;
    const state = revision === undefined ? "There is no such job" : `The job is there, at revision ${revision}`;
    throw new ServiceError(
      "precondition_failed",
      `${state}; the If-Match and If-None-Match headers ask for something else.`,
    );
  };
}

/** @throws ServiceError `invalid_request` for a header that holds no tags. */
function tags(request: HttpRequest, header: "if-match" | "if-none-match"): readonly string[] {
  const given = request.headers.get(header)?.split(",") ?? [];
  const list = given.map((tag) => tag.trim()).filter((tag) => tag !== "");
  if (given.length > 0 && list.length === 0)
    throw new ServiceError("invalid_request", `The header ${header} has no entity tag.`);
  return list;
}
