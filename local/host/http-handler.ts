/** The way of an HTTP request through the host: admin calls, throttle, route, key, function. */

import type { RegisteredFunction } from "./core-types.ts";
import { homepage } from "./homepage.ts";
import type { HostJson } from "./host-json.ts";
import { proxyToLibrary } from "./http-proxy.ts";
import { emptyAnswer, type HttpHandler, type HttpRequestHead } from "./http-server.ts";
import { createHttpThrottle } from "./http-throttle.ts";
import { findRoute, type HttpOutput, type HttpRoute, httpData, httpMetadata, httpOutput, type RouteMatch } from "./http-trigger.ts";
import type { InvocationOutcome, TriggerValue } from "./invocation.ts";
import { type AuthLevel, type HostKeys, isEnough, levelOf } from "./keys.ts";

export interface HttpHandlerOptions {
  readonly routes: readonly HttpRoute[];
  readonly settings: HostJson["extensions"]["http"];
  /** Undefined lets every caller do everything, as `func start` does. */
  readonly keys: HostKeys | undefined;
  /** Address of the library's own server, for an app that streams. */
  readonly httpUri: string | undefined;
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

  async function answer(head: HttpRequestHead): Promise<HttpOutput | undefined> {
    const match = findRoute(routes, head.method, head.path);
    if (match === undefined) return head.path === "/" ? homepage(options.showHomepage) : emptyAnswer(404);
    const { fn, authLevel } = match.route;
    const level = callerLevel(options.keys, head, fn.name);
    if (options.isDisabled(fn.name) && level !== "admin") return emptyAnswer(404);
    if (!isEnough(level, authLevel)) return emptyAnswer(401);
    if (options.httpUri !== undefined) return throttle.run(() => stream(options, head, match, options.httpUri as string));
    const body = await head.readBody();
    return throttle.run(() => runWhole(options, head, match, body));
  }

  return async (head) => {
    if (/^\/admin(\/|$)/i.test(head.path)) return options.admin(head, callerLevel(options.keys, head));
    const place = throttle.enter();
    if (place === undefined) return withCustomHeaders(emptyAnswer(429, [["X-FUNCTION-SCALEOUT", "1"]]), settings.customHeaders);
    try {
      const output = await answer(head);
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
    ...(traceParent === undefined ? {} : { traceParent }),
    ...(traceState === undefined ? {} : { traceState }),
  };
}

async function runWhole({ run }: HttpHandlerOptions, head: HttpRequestHead, match: RouteMatch, body: Buffer | undefined): Promise<HttpOutput> {
  const http = httpData({ ...head, body }, match.parameters);
  // A failure is an empty 500; its reason is in the log alone.
  return run(match.route.fn, { ...triggerValue(head, match), data: { http } }).then(httpOutput, () => emptyAnswer(500));
}

async function stream(
  { run, settings, maxBodyBytes }: HttpHandlerOptions,
  head: HttpRequestHead,
  match: RouteMatch,
  httpUri: string,
): Promise<HttpOutput | undefined> {
  return proxyToLibrary({ head, httpUri, maxBodyBytes, extraHeaders: settings.customHeaders }, (onStart) =>
    run(match.route.fn, { ...triggerValue(head, match), data: { http: {} }, onStart }),
  );
}

function withCustomHeaders(output: HttpOutput, customHeaders: Readonly<Record<string, string>>): HttpOutput {
  const present = new Set(output.headers.map(([name]) => name.toLowerCase()));
  const custom = Object.entries(customHeaders).filter(([name]) => !present.has(name.toLowerCase()));
  return { ...output, headers: [...output.headers, ...custom] };
}
