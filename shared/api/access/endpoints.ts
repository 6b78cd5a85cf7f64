/** The calls that the app registers, and the answer to calls that it does not have. */
import type { HttpFunctionOptions, HttpMethod, HttpRequest } from "@azure/functions";
import { ServiceError } from "../../core/errors.ts";

export interface Endpoint {
  readonly methods: readonly string[];
  /** Parts of the route: a literal in small letters, `{name}` for any one part, `{*name}` for all that follow. */
  readonly parts: readonly string[];
}

/** The methods that a host passes on; `fetch`, on which the Functions library builds, refuses TRACE and CONNECT. */
export const allMethods: HttpMethod[] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** Makes the function that adds a call to a list as it is registered. */
export function createRecordEndpoint(endpoints: Endpoint[]): (options: HttpFunctionOptions) => HttpFunctionOptions {
  return (options) => {
    endpoints.push({ methods: options.methods ?? [], parts: (options.route ?? "").split("/") });
    return options;
  };
}

/** @throws ServiceError `method_not_allowed` with the methods of the path, `route_not_found` for a path that has none. */
export function rejectUnknownCall(request: HttpRequest, endpoints: readonly Endpoint[]): never {
  const { pathname } = new URL(request.url);
  const shown = JSON.stringify(pathname.slice(0, 200));
  const path = pathname.replace(/^\//, "").replace(/\/$/, "").split("/");
  // A registered call arrives here only when its function is disabled.
  const others = endpoints.filter(
    (endpoint) => matches(endpoint.parts, path) && !endpoint.methods.includes(request.method),
  );
  const methods = new Set(others.flatMap((endpoint) => endpoint.methods));
  if (methods.size === 0)
    throw new ServiceError(
      "route_not_found",
      `There is no call ${request.method} ${shown}; docs/http-api.md lists the calls.`,
    );
  const allow = Array.from(methods)
    .toSorted((a, b) => (a < b ? -1 : 1))
    .join(", ");
  throw new ServiceError("method_not_allowed", `${shown} has no method ${request.method}; its methods are ${allow}.`, {
    headers: { allow },
  });
}

/** As the host compares a path with a route: literals in any case. */
function matches(parts: readonly string[], path: readonly string[]): boolean {
  const isOpen = parts.at(-1)?.startsWith("{*") === true;
  const fixed = isOpen ? parts.slice(0, -1) : parts;
  if (path.length < fixed.length || (!isOpen && path.length > fixed.length)) return false;
  return fixed.every((part, at) => (part.startsWith("{") ? path[at] !== "" : part === path[at]?.toLowerCase()));
}
