/** The way of an HTTP request through the host: admin calls, throttle, route, key, function. */

import { defined } from "../../../shared/lib/defined.ts";
import type { RegisteredFunction } from "../app/core-types.ts";
import type { InvocationOutcome, TriggerValue } from "../app/invocation.ts";
import type { HostJson } from "../settings/host-json.ts";
import { homepage } from "./homepage.ts";
import { emptyAnswer, type HttpOutput } from "./http-answer.ts";
import { proxyToLibrary } from "./http-proxy.ts";
import type { HttpHandler, HttpRequestHead } from "./http-server.ts";
import { createHttpThrottle, type HttpThrottle } from "./http-throttle.ts";
import { findRoute, type HttpRoute, httpData, httpMetadata, httpOutput, type RouteMatch } from "./http-trigger.ts";
import { type AuthLevel, type HostKeys, isEnough, levelOf } from "./keys.ts";
import type { LibraryServer } from "./library-server.ts";
import { ownAnswer } from "./own-machine.ts";

export interface HttpHandlerOptions {
  readonly routes: readonly HttpRoute[];
  readonly settings: HostJson["extensions"]["http"];
  /** Undefined lets every caller do everything, as `func start` does. */
  readonly keys: HostKeys | undefined;
  /** The library's own server, for an app that streams. */
  readonly library: LibraryServer | undefined;
  /** Names of functions that are run however many others are. */
  readonly unthrottled: readonly string[];
  /** The answer to a request for which there is no place. */
  readonly tooMany: HttpOutput;
  readonly showHomepage: boolean;
  readonly maxBodyBytes: number;
  isDisabled(functionName: string): boolean;
  /** Answers what begins with /admin. */
  admin(head: HttpRequestHead, level: AuthLevel): Promise<HttpOutput>;
  run(fn: RegisteredFunction, value: TriggerValue): Promise<InvocationOutcome>;
}

/** Makes the handler of all requests of a host. */
export function httpHandler(options: HttpHandlerOptions): HttpHandler {
  const { routes, settings } = options;
  const throttle = createHttpThrottle(settings.maxOutstandingRequests, settings.maxConcurrentRequests);

  const unthrottled = createHttpThrottle(-1, -1);
  const visible = routes.filter(({ fn }) => !options.isDisabled(fn.name));

  async function answer(
    head: HttpRequestHead,
    match: RouteMatch | undefined,
    { run }: HttpThrottle,
  ): Promise<HttpOutput | undefined> {
    if (match === undefined)
      return ownAnswer(head, head.path === "/" ? homepage(options.showHomepage, visible) : emptyAnswer(404));
    const { fn, authLevel } = match.route;
    const level = callerLevel(options.keys, head, fn.name);
    if (options.isDisabled(fn.name) && level !== "admin") return ownAnswer(head, emptyAnswer(404));
    if (!isEnough(level, authLevel)) return ownAnswer(head, emptyAnswer(401));
    const { library } = options;
    if (library !== undefined) return run(() => stream(options, head, match, library), head.gone);
    const body = await head.readBody();
    return run(() => runWhole(options, head, match, body), head.gone);
  }

  return async (head) => {
    if (/^\/admin(\/|$)/i.test(head.path)) return options.admin(head, callerLevel(options.keys, head));
    const match = findRoute(routes, head.method, head.path);
    const its = match !== undefined && options.unthrottled.includes(match.route.fn.name) ? unthrottled : throttle;
    const place = its.enter(head.gone);
    if (place === undefined) return withCustomHeaders(ownAnswer(head, options.tooMany), settings.customHeaders);
    try {
      const output = await answer(head, match, its);
      return output && withCustomHeaders(output, settings.customHeaders);
    } finally {
      place.leave();
    }
  };
}

/** The header counts first, then `?code=`. */
function callerLevel(keys: HostKeys | undefined, head: HttpRequestHead, functionName?: string): AuthLevel {
  if (keys === undefined) return "admin";
  const key = head.headers["x-functions-key"]?.[0] ?? new URLSearchParams(head.search).get("code") ?? undefined;
  return levelOf(keys, key, functionName);
}

function triggerValue(head: HttpRequestHead, match: RouteMatch): Omit<TriggerValue, "data"> {
  const [traceParent, traceState] = [head.headers.traceparent?.[0], head.headers.tracestate?.[0]];
  return {
    metadata: httpMetadata(head, match.parameters),
    reason: "This function was programmatically called via the host APIs.",
    ...defined({ traceParent, traceState }),
  };
}

async function runWhole(
  { run }: HttpHandlerOptions,
  head: HttpRequestHead,
  match: RouteMatch,
  body: Buffer | undefined,
): Promise<HttpOutput> {
  const http = httpData({ ...head, body }, match.parameters);
  // A failure is an empty 500; its reason is in the log alone.
  return run(match.route.fn, { ...triggerValue(head, match), data: { http } }).then(httpOutput, () => emptyAnswer(500));
}

async function stream(
  { run, settings, maxBodyBytes }: HttpHandlerOptions,
  head: HttpRequestHead,
  match: RouteMatch,
  library: LibraryServer,
): Promise<HttpOutput | undefined> {
  return proxyToLibrary({ head, library, maxBodyBytes, extraHeaders: settings.customHeaders }, (onStart) =>
    run(match.route.fn, { ...triggerValue(head, match), data: { http: {} }, onStart }),
  );
}

function withCustomHeaders(output: HttpOutput, customHeaders: Readonly<Record<string, string>>): HttpOutput {
  const present = new Set(output.headers.map(([name]) => name.toLowerCase()));
  const custom = Object.entries(customHeaders).filter(([name]) => !present.has(name.toLowerCase()));
  return { ...output, headers: [...output.headers, ...custom] };
}
