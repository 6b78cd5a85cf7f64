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

/** The path of a file behind `{first}/{*rest}`. */
export function filePath(request: HttpRequest): string {
  const rest = pathParameter(request, "rest");
  return rest === "" ? pathParameter(request, "first") : `${pathParameter(request, "first")}/${rest}`;
}
