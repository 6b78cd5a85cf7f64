/**
 * The part of the host's admin API that tools use.
 * @see https://learn.microsoft.com/azure/azure-functions/functions-manually-run-non-http
 */
import { hostname } from "node:os";
import { defined } from "../../../shared/lib/defined.ts";
import { triggerOf } from "../app/bindings.ts";
import type { RegisteredFunction } from "../app/core-types.ts";
import type { HostJson } from "../settings/host-json.ts";
import { emptyResponse, type HttpResponse } from "./http-response.ts";
import type { HttpRequestHead } from "./http-server.ts";
import { type AuthLevel, satisfiesAuthLevel } from "./keys.ts";
import { isFromThisMachine } from "./own-machine.ts";
import type { HttpRoute } from "./routing/http-routes.ts";

export interface AdminOptions {
  readonly url: string;
  readonly hostId: string;
  readonly functions: ReadonlyMap<string, RegisteredFunction>;
  readonly routes: readonly HttpRoute[];
  readonly extensionBundle: HostJson["extensionBundle"];
  /** Reasons why functions are not served, for the status. */
  readonly errors: readonly string[];
  isDisabled(functionName: string): boolean;
  /** Runs a queue or timer function. */
  runManually(fn: RegisteredFunction, input: string): Promise<unknown>;
}

const version = "4.1052.200";
const startedAt = Date.now();

type AdminOperation = (
  options: AdminOptions,
  head: HttpRequestHead,
  name: string,
) => Promise<HttpResponse> | HttpResponse;

const operations: readonly (readonly [method: RegExp, path: RegExp, operation: AdminOperation])[] = [
  [
    /^GET$/,
    /^\/admin\/functions\/?$/i,
    (options) => json([...options.functions.values()].map((fn) => describe(options, fn))),
  ],
  [/^GET$/, /^\/admin\/functions\/([^/]+)\/?$/i, getFunction],
  [/^POST$/, /^\/admin\/functions\/([^/]+)\/?$/i, runFunction],
  [/^GET$/, /^\/admin\/host\/status\/?$/i, status],
];

/** Handles a request to /admin. Rejects requests of web pages by their Origin, Sec-Fetch-Site or Host header. */
export async function handleAdminRequest(
  options: AdminOptions,
  head: HttpRequestHead,
  level: AuthLevel,
): Promise<HttpResponse> {
  if (!isFromThisMachine(head)) return emptyResponse(403);
  if (/^\/admin\/host\/ping\/?$/i.test(head.path)) return emptyResponse(/^(GET|POST)$/.test(head.method) ? 200 : 404);
  if (!satisfiesAuthLevel(level, "admin")) return emptyResponse(401);
  for (const [method, path, operation] of operations) {
    const match = method.test(head.method) ? path.exec(head.path) : null;
    if (match !== null) return operation(options, head, match[1] ?? "");
  }
  return emptyResponse(404);
}

function json(value: unknown, status = 200): HttpResponse {
  return {
    status,
    headers: [["Content-Type", "application/json; charset=utf-8"]],
    cookies: [],
    body: Buffer.from(JSON.stringify(value)),
  };
}

function findFunction({ functions }: AdminOptions, name: string): RegisteredFunction | undefined {
  return [...functions.values()].find((fn) => fn.name.toLowerCase() === name.toLowerCase());
}

function describe({ url, routes, isDisabled }: AdminOptions, fn: RegisteredFunction): object {
  const route = routes.find((other) => other.fn === fn);
  return {
    name: fn.name,
    href: `${url}/admin/functions/${fn.name}`,
    invoke_url_template: route === undefined ? null : `${url}/${route.path}`,
    language: "node",
    isDisabled: isDisabled(fn.name),
    isDirect: true,
    isProxy: false,
    config: { bindings: Object.entries(fn.bindings).map(([name, binding]) => ({ ...binding, name })) },
  };
}

function getFunction(options: AdminOptions, _: HttpRequestHead, name: string): HttpResponse {
  const fn = findFunction(options, name);
  return fn === undefined ? emptyResponse(404) : json(describe(options, fn));
}

async function runFunction(options: AdminOptions, head: HttpRequestHead, name: string): Promise<HttpResponse> {
  const fn = findFunction(options, name);
  if (fn === undefined) return emptyResponse(404);
  if (!/^application\/json(;|$)/i.test(head.headers["content-type"]?.[0] ?? "")) return emptyResponse(415);
  // Web pages of other sites cannot send the content type application/json without a CORS preflight.
  const input = parseInput(await head.readBody());
  if (input === undefined || triggerOf(fn).type === "httptrigger") return emptyResponse(400);
  options.runManually(fn, input).catch(() => {
    // The failure was logged by the invocation, and the response was sent before.
  });
  return emptyResponse(202);
}

/** The member `input` of a JSON body as text, empty if missing; undefined if the body is not JSON. */
function parseInput(body: Buffer | undefined): string | undefined {
  try {
    const { input = "" } = JSON.parse(body?.toString("utf8") ?? "") as { input?: unknown };
    return typeof input === "string" ? input : JSON.stringify(input);
  } catch {
    return undefined;
  }
}

function status({ hostId, extensionBundle, errors }: AdminOptions): HttpResponse {
  return json({
    id: hostId,
    state: "Running",
    version,
    versionDetails: version,
    platformVersion: "",
    instanceId: String(process.pid),
    computerName: hostname(),
    processUptime: Date.now() - startedAt,
    functionAppContentEditingState: "NotAllowed",
    ...defined({ extensionBundle }),
    ...(errors.length === 0 ? {} : { errors }),
  });
}
