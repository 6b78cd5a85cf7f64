/** The steps of the host for an HTTP request: admin API, throttle, route, key, function. */
import { defined } from "../../../shared/lib/defined.ts";
import type { RegisteredFunction } from "../app/core-types.ts";
import type { InvocationResult, TriggerInput } from "../app/invocation.ts";
import type { HostJson } from "../settings/host-json.ts";
import { homepageResponse } from "./homepage.ts";
import { emptyResponse, type HttpResponse } from "./http-response.ts";
import type { HttpHandler, HttpRequestHead } from "./http-server.ts";
import { createHttpThrottle, type HttpThrottle } from "./http-throttle.ts";
import { toHttpData, toHttpResponse, toTriggerMetadata } from "./http-trigger.ts";
import { type AuthLevel, authLevelOf, type HostKeys, satisfiesAuthLevel } from "./keys.ts";
import { restrictToThisMachine } from "./own-machine.ts";
import { findRoute, type HttpRoute, type RouteMatch } from "./routing/http-routes.ts";
import { proxyToLibrary } from "./streaming/http-proxy.ts";
import type { LibraryServer } from "./streaming/library-server.ts";

export interface HttpHandlerOptions {
  readonly routes: readonly HttpRoute[];
  readonly settings: HostJson["extensions"]["http"];
  /** Undefined to authorize every request, as `func start` does. */
  readonly keys: HostKeys | undefined;
  /** HTTP server of the Functions library, in an app that streams. */
  readonly library: LibraryServer | undefined;
  /** Names of functions without throttling. */
  readonly unthrottled: readonly string[];
  /** Response over `maxOutstandingRequests`. */
  readonly tooManyRequests: HttpResponse;
  readonly showHomepage: boolean;
  readonly maxBodyBytes: number;
  isDisabled(functionName: string): boolean;
  /** Handles requests whose path begins with /admin. */
  admin(head: HttpRequestHead, level: AuthLevel): Promise<HttpResponse>;
  run(fn: RegisteredFunction, value: TriggerInput): Promise<InvocationResult>;
}

/** Creates the handler of all requests to a host. */
export function createHttpHandler(options: HttpHandlerOptions): HttpHandler {
  const { routes, settings } = options;
  const throttle = createHttpThrottle(settings.maxOutstandingRequests, settings.maxConcurrentRequests);
  const unthrottled = createHttpThrottle(-1, -1);
  const enabledRoutes = routes.filter(({ fn }) => !options.isDisabled(fn.name));

  async function respond(
    head: HttpRequestHead,
    match: RouteMatch | undefined,
    { run }: HttpThrottle,
  ): Promise<HttpResponse | undefined> {
    if (match === undefined)
      return restrictToThisMachine(
        head,
        head.path === "/" ? homepageResponse(options.showHomepage, enabledRoutes) : emptyResponse(404),
      );
    const { fn, authLevel } = match.route;
    const level = callerLevel(options.keys, head, fn.name);
    if (options.isDisabled(fn.name) && level !== "admin") return restrictToThisMachine(head, emptyResponse(404));
    if (!satisfiesAuthLevel(level, authLevel)) return restrictToThisMachine(head, emptyResponse(401));
    const { library } = options;
    if (library !== undefined) return run(() => stream(options, head, match, library), head.disconnected);
    const body = await head.readBody();
    return run(() => runWhole(options, head, match, body), head.disconnected);
  }

  return async (head) => {
    if (/^\/admin(\/|$)/i.test(head.path)) return options.admin(head, callerLevel(options.keys, head));
    const match = findRoute(routes, head.method, head.path);
    const isUnthrottled = match !== undefined && options.unthrottled.includes(match.route.fn.name);
    const limit = isUnthrottled ? unthrottled : throttle;
    const slot = limit.admit(head.disconnected);
    if (slot === undefined)
      return withCustomHeaders(restrictToThisMachine(head, options.tooManyRequests), settings.customHeaders);
    try {
      const response = await respond(head, match, limit);
      return response && withCustomHeaders(response, settings.customHeaders);
    } finally {
      slot.release();
    }
  };
}

/** Authorization level of the key in the header, or else in `?code=`. */
function callerLevel(keys: HostKeys | undefined, head: HttpRequestHead, functionName?: string): AuthLevel {
  if (keys === undefined) return "admin";
  const key = head.headers["x-functions-key"]?.[0] ?? new URLSearchParams(head.search).get("code") ?? undefined;
  return authLevelOf(keys, key, functionName);
}

function triggerValue(head: HttpRequestHead, match: RouteMatch): Omit<TriggerInput, "data"> {
  const [traceParent, traceState] = [head.headers.traceparent?.[0], head.headers.tracestate?.[0]];
  return {
    metadata: toTriggerMetadata(head, match.parameters),
    reason: "This function was programmatically called via the host APIs.",
    ...defined({ traceParent, traceState }),
  };
}

async function runWhole(
  { run }: HttpHandlerOptions,
  head: HttpRequestHead,
  match: RouteMatch,
  body: Buffer | undefined,
): Promise<HttpResponse> {
  const http = toHttpData({ ...head, body }, match.parameters);
  // The reason of a failure is only logged.
  return run(match.route.fn, { ...triggerValue(head, match), data: { http } }).then(toHttpResponse, () =>
    emptyResponse(500),
  );
}

async function stream(
  { run, settings, maxBodyBytes }: HttpHandlerOptions,
  head: HttpRequestHead,
  match: RouteMatch,
  library: LibraryServer,
): Promise<HttpResponse | undefined> {
  return proxyToLibrary({ head, library, maxBodyBytes, extraHeaders: settings.customHeaders }, (onStart) =>
    run(match.route.fn, { ...triggerValue(head, match), data: { http: {} }, onStart }),
  );
}

function withCustomHeaders(response: HttpResponse, customHeaders: Readonly<Record<string, string>>): HttpResponse {
  const present = new Set(response.headers.map(([name]) => name.toLowerCase()));
  const custom = Object.entries(customHeaders).filter(([name]) => !present.has(name.toLowerCase()));
  return { ...response, headers: [...response.headers, ...custom] };
}
