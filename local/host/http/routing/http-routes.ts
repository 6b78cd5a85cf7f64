/** Routes of HTTP functions, and the search for the function of a request. */
import { triggerOf } from "../../app/bindings.ts";
import type { RegisteredFunction } from "../../app/core-types.ts";
import { parseRouteTemplate, type RouteTemplate } from "./route-template.ts";

export interface HttpRoute {
  readonly fn: RegisteredFunction;
  readonly methods: readonly string[];
  readonly authLevel: string;
  /** With the route prefix, without a leading slash. */
  readonly path: string;
  readonly template: RouteTemplate;
}

export interface RouteMatch {
  readonly route: HttpRoute;
  readonly parameters: Readonly<Record<string, string>>;
}

/**
 * The routes of an app, ordered by function name ignoring case, as the host matches them: a more specific route has no
 * priority. Functions with an invalid or conflicting route are skipped and passed to `reportError`.
 */
export function httpRoutes(
  functions: Iterable<RegisteredFunction>,
  routePrefix: string,
  reportError: (functionName: string, reason: string) => void,
): readonly HttpRoute[] {
  const routes: HttpRoute[] = [];
  for (const fn of [...functions].filter((fn) => triggerOf(fn).type === "httptrigger").sort(byName)) {
    try {
      routes.push(httpRoute(fn, routePrefix, routes));
    } catch (error) {
      reportError(fn.name, (error as Error).message);
    }
  }
  return routes;
}

function byName(a: RegisteredFunction, b: RegisteredFunction): number {
  const [left, right] = [a.name.toUpperCase(), b.name.toUpperCase()];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** @throws with the message of the real host if the route is reserved, in use or invalid. */
function httpRoute(fn: RegisteredFunction, routePrefix: string, earlier: readonly HttpRoute[]): HttpRoute {
  const { options } = triggerOf(fn);
  const route = typeof options.route === "string" && options.route !== "" ? options.route : fn.name;
  const path = routePrefix === "" ? route : `${routePrefix}/${route}`;
  if (/^\/?(admin|runtime)/i.test(path))
    throw new Error("The specified route conflicts with one or more built in routes.");
  const methods = (options.methods as string[]).map((method) => method.toUpperCase());
  const conflict = earlier.find(
    (other) =>
      other.path.toLowerCase() === path.toLowerCase() && other.methods.some((method) => methods.includes(method)),
  );
  if (conflict !== undefined)
    throw new Error(`The route specified conflicts with the route defined by function '${conflict.fn.name}'.`);
  return { fn, methods, authLevel: String(options.authLevel).toLowerCase(), path, template: parseRouteTemplate(path) };
}

/**
 * The first route with this method and path. The method is part of the match, so a wrong method is a 404, never a 405.
 */
export function findRoute(routes: readonly HttpRoute[], method: string, path: string): RouteMatch | undefined {
  for (const route of routes) {
    const parameters = route.methods.includes(method.toUpperCase()) ? route.template.match(path) : undefined;
    if (parameters !== undefined) return { route, parameters };
  }
  return undefined;
}
