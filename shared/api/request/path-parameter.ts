import type { HttpRequest } from "@azure/functions";
import { jobNotFound } from "../../core/errors.ts";
import { isJobName } from "../../core/records/job-names.ts";

/** A parameter of the route, decoded; "" if it is missing. */
export function pathParameter(request: HttpRequest, name: string): string {
  return Object.hasOwn(request.params, name) ? (request.params[name] ?? "") : "";
}

/** The job name in the route. @throws ServiceError `job_not_found` for an invalid name. */
export function jobName(request: HttpRequest): string {
  const name = pathParameter(request, "name");
  if (!isJobName(name)) throw jobNotFound(name);
  return name;
}

/**
 * Possible file paths of the URL, the most likely first. The host decodes the path except for `%2F`, so a slash that
 * `encodeURIComponent` encoded as `%2F` and a `%2F` in a file name, encoded as `%252F`, are equal here. In Azure, the
 * front end sends the original URL in a header, which resolves the ambiguity. Without it, as in `func start`, both
 * paths are possible.
 */
export function filePaths(request: HttpRequest): readonly [string, ...string[]] {
  const rest = pathParameter(request, "rest");
  const literal = rest === "" ? pathParameter(request, "first") : `${pathParameter(request, "first")}/${rest}`;
  const decoded = withSlashes(literal);
  if (decoded === literal) return [literal];
  const original = originalPath(request);
  return original !== undefined && withSlashes(original) === decoded ? [original] : [literal, decoded];
}

function withSlashes(path: string): string {
  return path.replaceAll(/%2f/gi, "/");
}

/** The file path in the URL that the client sent: all after `/api/jobs/{name}/outputs/` or the like, decoded once. */
function originalPath(request: HttpRequest): string | undefined {
  const url = request.headers.get("x-waws-unencoded-url");
  const [, path] = /^(?:\/[^/?#]*){4}\/([^?#]*)/.exec(url ?? "") ?? [];
  try {
    return path === undefined ? undefined : decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
