import type { HttpRequest } from "@azure/functions";
import { jobNotFound } from "../../core/errors.ts";
import { isJobName } from "../../core/records/names.ts";

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
 * The paths that the URL of a file may mean, the likelier one first. A host decodes a path but for `%2F`, so that what was `%2F` (a slash, as
 * `encodeURIComponent` writes it) and what was `%252F` (a part of a name) look the same. The platform's front end passes on the URL as it came,
 * which settles it; `func start` has no front end.
 */
export function filePaths(request: HttpRequest): readonly [string, ...string[]] {
  const rest = pathParameter(request, "rest");
  const literal = rest === "" ? pathParameter(request, "first") : `${pathParameter(request, "first")}/${rest}`;
  const decoded = withSlashes(literal);
  if (decoded === literal) return [literal];
  const sent = sentPath(request);
  return sent !== undefined && withSlashes(sent) === decoded ? [sent] : [literal, decoded];
}

function withSlashes(path: string): string {
  return path.replaceAll(/%2f/gi, "/");
}

/** What stands behind the fourth part of the URL as the client sent it (`/api/jobs/{name}/outputs/`), decoded once. */
function sentPath(request: HttpRequest): string | undefined {
  const url = request.headers.get("x-waws-unencoded-url");
  const [, path] = /^(?:\/[^/?#]*){4}\/([^?#]*)/.exec(url ?? "") ?? [];
  try {
    return path === undefined ? undefined : decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
