/** HTTP triggers: which function takes a request, what it sees of it, and what is made of its answer. */

import { triggerOf } from "../app/bindings.ts";
import type { HttpCookie, HttpData, InvocationResponse, RegisteredFunction, TypedData } from "../app/core-types.ts";
import type { HttpResponse } from "./http-response.ts";
import { encodePath } from "./request-path.ts";
import { parseRouteTemplate, type RouteTemplate } from "./routing/route-template.ts";

export interface HttpRoute {
  readonly fn: RegisteredFunction;
  readonly methods: readonly string[];
  readonly authLevel: string;
  /** With the prefix, as a caller would write it. */
  readonly path: string;
  readonly template: RouteTemplate;
}

export interface RouteMatch {
  readonly route: HttpRoute;
  readonly parameters: Readonly<Record<string, string>>;
}

/**
 * The routes of an app in the order in which the host tries them: by function name, ignoring case. More special routes do not come first.
 * `refuse` is told of each function whose route the host does not take; the others go on without it.
 */
export function httpRoutes(
  functions: Iterable<RegisteredFunction>,
  routePrefix: string,
  refuse: (name: string, reason: string) => void,
): readonly HttpRoute[] {
  const routes: HttpRoute[] = [];
  for (const fn of [...functions].filter((fn) => triggerOf(fn).type === "httptrigger").sort(byName)) {
    try {
      routes.push(httpRoute(fn, routePrefix, routes));
    } catch (error) {
      refuse(fn.name, (error as Error).message);
    }
  }
  return routes;
}

function byName(a: RegisteredFunction, b: RegisteredFunction): number {
  const [left, right] = [a.name.toUpperCase(), b.name.toUpperCase()];
  return left < right ? -1 : left > right ? 1 : 0;
}

function httpRoute(fn: RegisteredFunction, routePrefix: string, earlier: readonly HttpRoute[]): HttpRoute {
  const { options } = triggerOf(fn);
  const route = typeof options.route === "string" && options.route !== "" ? options.route : fn.name;
  const path = routePrefix === "" ? route : `${routePrefix}/${route}`;
  if (/^\/?(admin|runtime)/i.test(path))
    throw new Error(`The specified route conflicts with one or more built in routes.`);
  const methods = (options.methods as string[]).map((method) => method.toUpperCase());
  const rival = earlier.find(
    (other) =>
      other.path.toLowerCase() === path.toLowerCase() && other.methods.some((method) => methods.includes(method)),
  );
  if (rival !== undefined)
    throw new Error(`The route specified conflicts with the route defined by function '${rival.fn.name}'.`);
  return { fn, methods, authLevel: String(options.authLevel).toLowerCase(), path, template: parseRouteTemplate(path) };
}

/** The first route that takes the method and the path; the method is a part of the match, so another one is a 404, never a 405. */
export function findRoute(routes: readonly HttpRoute[], method: string, path: string): RouteMatch | undefined {
  for (const route of routes) {
    const parameters = route.methods.includes(method.toUpperCase()) ? route.template.match(path) : undefined;
    if (parameters !== undefined) return { route, parameters };
  }
  return undefined;
}

/** The parts of a request that the real host passes on. */
export interface HttpRequest {
  readonly method: string;
  readonly host: string;
  /** Decoded. */
  readonly path: string;
  /** With its question mark, or empty. */
  readonly search: string;
  readonly headers: Readonly<Record<string, readonly string[] | undefined>>;
  readonly body: Buffer | undefined;
}

const wrap = (entries: [string, string][]) => Object.fromEntries(entries.map(([name, value]) => [name, { value }]));

/** What the function gets: header values joined by commas, empty ones left out, and so are repeated query keys, which lose their number. */
export function toHttpData(input: HttpRequest, parameters: Readonly<Record<string, string>>): HttpData {
  return {
    method: input.method,
    url: `http://${input.host}${encodePath(input.path)}${input.search}`,
    nullableHeaders: wrap(joinedHeaders(input.headers)),
    nullableQuery: wrap(joinedQuery(input.search)),
    nullableParams: wrap(Object.entries(parameters)),
    ...(input.body === undefined || input.body.length === 0 ? {} : { body: { bytes: input.body } }),
  };
}

/** Headers as the function sees them. */
export function joinedHeaders(headers: HttpRequest["headers"]): [string, string][] {
  return Object.entries(headers)
    .map(([name, values]): [string, string] => [name.toLowerCase(), (values ?? []).join(",")])
    .filter(([, value]) => value !== "");
}

/** Query keys are the same in any case; the first spelling stays. */
function joinedQuery(search: string): [string, string][] {
  const found = new Map<string, [string, string]>();
  for (const [key, value] of new URLSearchParams(search)) {
    const known = found.get(key.toLowerCase());
    found.set(key.toLowerCase(), known === undefined ? [key, value] : [known[0], `${known[1]},${value}`]);
  }
  return [...found.values()];
}

/**
 * What a request is to bindings: route parameters and query keys. An app that streams gets its parameters from it, so that, as in the real host,
 * query keys are parameters too; a route parameter wins over a query key of its name.
 */
export function toTriggerMetadata(
  input: Omit<HttpRequest, "body">,
  parameters: Readonly<Record<string, string>>,
): Record<string, TypedData> {
  const names = new Set(Object.keys(parameters).map((name) => name.toLowerCase()));
  const query = joinedQuery(input.search).filter(([name]) => !names.has(name.toLowerCase()));
  return {
    ...Object.fromEntries([...query, ...Object.entries(parameters)].map(([name, string]) => [name, { string }])),
    Query: { json: JSON.stringify(Object.fromEntries(query)) },
    Headers: { json: JSON.stringify(Object.fromEntries(joinedHeaders(input.headers))) },
  };
}

/** Headers that belong to a connection or are counted anew. */
const notPassedOn = new Set(["connection", "content-length", "keep-alive", "transfer-encoding", "upgrade"]);

/** The answer of a function; one that returns nothing is a 204. */
export function toHttpResponse(response: InvocationResponse): HttpResponse {
  const http = response.returnValue?.http;
  if (http === undefined) return { status: 204, headers: [], cookies: [], body: undefined };
  return {
    status: Number(http.statusCode),
    headers: Object.entries(http.headers ?? {}).filter(([name]) => !notPassedOn.has(name.toLowerCase())),
    cookies: (http.cookies ?? []).map(cookieText),
    body: http.body?.bytes,
  };
}

function cookieText({ name, value, domain, path, expires, secure, httpOnly, sameSite, maxAge }: HttpCookie): string {
  const given = (label: string, text: unknown) =>
    text === undefined || text === null || text === "" ? [] : [`${label}=${text}`];
  return [
    `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
    ...given("expires", expires?.value && new Date(expires.value.seconds * 1000).toUTCString()),
    ...given("max-age", maxAge?.value),
    ...given("domain", domain?.value),
    ...given("path", path?.value ?? "/"),
    ...(secure?.value === true ? ["secure"] : []),
    ...(sameSite === undefined || sameSite === "none"
      ? []
      : [`samesite=${sameSite === "explicitNone" ? "none" : sameSite}`]),
    ...(httpOnly?.value === true ? ["httponly"] : []),
  ].join("; ");
}
