/** The admin API of the real host, as far as tools use it. @see https://learn.microsoft.com/azure/azure-functions/functions-manually-run-non-http */
import { hostname } from "node:os";
import { defined } from "../../../shared/lib/defined.ts";
import { triggerOf } from "../app/bindings.ts";
import type { RegisteredFunction } from "../app/core-types.ts";
import type { HostJson } from "../settings/host-json.ts";
import { emptyResponse, type HttpResponse } from "./http-response.ts";
import type { HttpRequestHead } from "./http-server.ts";
import type { HttpRoute } from "./http-trigger.ts";
import { type AuthLevel, satisfiesAuthLevel } from "./keys.ts";
import { isFromThisMachine } from "./own-machine.ts";

export interface AdminOptions {
  readonly url: string;
  readonly hostId: string;
  readonly functions: ReadonlyMap<string, RegisteredFunction>;
  readonly routes: readonly HttpRoute[];
  readonly extensionBundle: HostJson["extensionBundle"];
  /** Why functions are left out, for the status. */
  readonly errors: readonly string[];
  isDisabled(functionName: string): boolean;
  /** Runs a queue or timer function by hand; the caller does not wait for it. */
  runManually(fn: RegisteredFunction, input: string): Promise<unknown>;
}

const version = "4.1052.200";
const started = Date.now();

type AdminCall = (options: AdminOptions, head: HttpRequestHead, name: string) => Promise<HttpResponse> | HttpResponse;

const calls: readonly (readonly [method: RegExp, path: RegExp, call: AdminCall])[] = [
  [
    /^GET$/,
    /^\/admin\/functions\/?$/i,
    (options) => json([...options.functions.values()].map((fn) => describe(options, fn))),
  ],
  [/^GET$/, /^\/admin\/functions\/([^/]+)\/?$/i, getFunction],
  [/^POST$/, /^\/admin\/functions\/([^/]+)\/?$/i, runFunction],
  [/^GET$/, /^\/admin\/host\/status\/?$/i, status],
];

/** Answers one admin call. Web pages may not make any: their requests name another site, or a host that is not this machine. */
export async function handleAdminRequest(
  options: AdminOptions,
  head: HttpRequestHead,
  level: AuthLevel,
): Promise<HttpResponse> {
  if (!isFromThisMachine(head)) return emptyResponse(403);
  if (/^\/admin\/host\/ping\/?$/i.test(head.path)) return emptyResponse(/^(GET|POST)$/.test(head.method) ? 200 : 404);
  if (!satisfiesAuthLevel(level, "admin")) return emptyResponse(401);
  for (const [method, path, call] of calls) {
    const found = method.test(head.method) ? path.exec(head.path) : null;
    if (found !== null) return call(options, head, found[1] ?? "");
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

function find({ functions }: AdminOptions, name: string): RegisteredFunction | undefined {
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
  const fn = find(options, name);
  return fn === undefined ? emptyResponse(404) : json(describe(options, fn));
}

async function runFunction(options: AdminOptions, head: HttpRequestHead, name: string): Promise<HttpResponse> {
  const fn = find(options, name);
  if (fn === undefined) return emptyResponse(404);
  if (!/^application\/json(;|$)/i.test(head.headers["content-type"]?.[0] ?? "")) return emptyResponse(415);
  // Only a JSON body can ask for it, which no other site can send without being asked first.
  const input = inputOf(await head.readBody());
  if (input === undefined || triggerOf(fn).type === "httptrigger") return emptyResponse(400);
  options.runManually(fn, input).catch(() => {
    // The invocation has logged why, and the caller has its answer.
  });
  return emptyResponse(202);
}

function inputOf(body: Buffer | undefined): string | undefined {
  try {
    const parsed = JSON.parse(body?.toString("utf8") ?? "") as { input?: unknown };
    return typeof parsed.input === "string"
      ? parsed.input
      : parsed.input === undefined
        ? ""
        : JSON.stringify(parsed.input);
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
    processUptime: Date.now() - started,
    functionAppContentEditingState: "NotAllowed",
    ...defined({ extensionBundle }),
    ...(errors.length === 0 ? {} : { errors }),
  });
}
