import type { HttpRequest } from "@azure/functions";
import { jobNotFound } from "../core/errors.ts";
import { isJobName } from "../core/names.ts";

/** A part of the route, decoded; "" when the route leaves it out. */
export function pathParameter(request: HttpRequest, name: string): string {
  return Object.hasOwn(request.params, name) ? (request.params[name] ?? "") : "";
}

/** The job that the route is about. @throws ServiceError `job_not_found` for a name that no job can have. */
export function jobName(request: HttpRequest): string {
  const name = pathParameter(request, "name");
  if (!isJobName(name)) throw jobNotFound(name);
  return name;
}

/**
 * The paths that the URL of a file may mean, the likelier one first. A host decodes a path but for `%2F`, so that a slash of the path
 * may have come as such or encoded, as `encodeURIComponent` writes it; and a file may have `%2F` in its name.
 */
export function filePaths(request: HttpRequest): readonly [string, ...string[]] {
  const rest = pathParameter(request, "rest");
  const literal = rest === "" ? pathParameter(request, "first") : `${pathParameter(request, "first")}/${rest}`;
  const decoded = literal.replaceAll(/%2f/gi, "/");
  return decoded === literal ? [literal] : [literal, decoded];
}
