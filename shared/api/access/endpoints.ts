/** The registered HTTP endpoints, and the responses to requests that match none of them. */
import type { HttpFunctionOptions, HttpMethod, HttpRequest } from "@azure/functions";
import { ServiceError } from "../../core/errors.ts";

export interface Endpoint {
  readonly methods: readonly string[];
  /** Segments of the route: a literal in lowercase, `{name}` for any one segment, `{*name}` for all remaining ones. */
  readonly segments: readonly string[];
}

/** All methods that a function can receive. `fetch`, which the Functions library uses, rejects TRACE and CONNECT. */
export const allMethods: HttpMethod[] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** Creates a function that adds an endpoint to `endpoints` and returns its options for `app.http`. */
export function createRecordEndpoint(endpoints: Endpoint[]): (options: HttpFunctionOptions) => HttpFunctionOptions {
  return (options) => {
    endpoints.push({ methods: options.methods ?? [], segments: (options.route ?? "").split("/") });
    return options;
  };
}

/** @throws ServiceError `method_not_allowed` if the path supports other methods, otherwise `route_not_found`. */
export function rejectUnknownRoute(request: HttpRequest, endpoints: readonly Endpoint[]): never {
  const { pathname } = new URL(request.url);
  const shown = JSON.stringify(pathname.slice(0, 200));
  const path = pathname.replace(/^\//, "").replace(/\/$/, "").split("/");
  // An endpoint that supports the method matches here only if its function is disabled.
  const others = endpoints.filter(
    (endpoint) => matches(endpoint.segments, path) && !endpoint.methods.includes(request.method),
  );
  const methods = new Set(others.flatMap((endpoint) => endpoint.methods));
  if (methods.size === 0)
    throw new ServiceError(
      "route_not_found",
      `There is no endpoint ${request.method} ${shown}; docs/http-api.md lists all endpoints.`,
    );
  const allow = Array.from(methods)
    .toSorted((a, b) => (a < b ? -1 : 1))
    .join(", ");
  throw new ServiceError(
    "method_not_allowed",
    `${shown} does not support the method ${request.method}; use one of ${allow}.`,
    { headers: { allow } },
  );
}

/** Compares a path with a route like the host, which ignores the case of literals. */
function matches(segments: readonly string[], path: readonly string[]): boolean {
  const isOpen = segments.at(-1)?.startsWith("{*") === true;
  const fixed = isOpen ? segments.slice(0, -1) : segments;
  if (path.length < fixed.length || (!isOpen && path.length > fixed.length)) return false;
  return fixed.every((segment, at) =>
    segment.startsWith("{") ? path[at] !== "" : segment === path[at]?.toLowerCase(),
  );
}
