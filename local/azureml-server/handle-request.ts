import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { type Buckets, createBuckets, withinLimits } from "./arm-limits.ts";
import type { ServerStorage } from "./datastores.ts";
import { createFaults, type Faults, sendReply } from "./faults.ts";
import type { JobLogs } from "./job-logs.ts";
import { type ReceivedRequest, type Reply, readRequest } from "./request-and-reply.ts";
import { createRoutes, noRoute, type PathGroups, type Route } from "./routes.ts";
import type { ServerState } from "./state.ts";
import { saveState } from "./state-file.ts";
import { createTokenCheck, type TokenCheck } from "./token-check.ts";

export interface RecordedRequest {
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly status: number;
  readonly plane: Route["plane"];
  readonly headers: IncomingMessage["headers"];
  readonly body: unknown;
}

interface HandlerOptions {
  readonly state: ServerState;
  readonly logs: JobLogs;
  readonly storage: ServerStorage | undefined;
  /** File that the state is stored in after each change. */
  readonly file: string | undefined;
}

export interface RequestHandler {
  readonly faults: Faults;
  /** The received requests, oldest first, at most 20,000. */
  readonly requests: RecordedRequest[];
  readonly buckets: Buckets;
  readonly tokens: TokenCheck;
  /** Handles one request. @param origin of the server's URL */
  handle(request: IncomingMessage, response: ServerResponse, origin: string): Promise<void>;
}

const maxRequests = 20_000;

export function createRequestHandler({ state, logs, storage, file }: HandlerOptions): RequestHandler {
  const routes = createRoutes(state);
  const faults = createFaults();
  const requests: RecordedRequest[] = [];
  const buckets = createBuckets(state.now);
  const tokens = createTokenCheck();

  async function process(request: ReceivedRequest, route: Route | undefined): Promise<Reply> {
    const rejection = route?.plane === "open" ? undefined : tokens.reject(request);
    if (rejection !== undefined) return rejection;
    if (route === undefined) return noRoute(state, request);
    // The path has been matched, and a handler reads only the groups that its path has.
    const groups = (route.path.exec(request.path) ?? []).slice(1).map(decodeURIComponent) as unknown as PathGroups;
    const work = () => route.handler({ state, logs, storage }, request, ...groups);
    return route.plane === "arm" ? withinLimits(buckets, request, work) : work();
  }

  function record(
    { method, path, query, headers, body }: ReceivedRequest,
    status: number,
    plane: Route["plane"],
  ): void {
    requests.push({ at: state.now(), method, path, query: query.toString(), status, plane, headers, body });
    if (requests.length > maxRequests) requests.splice(0, maxRequests / 10);
  }

  async function handle(incoming: IncomingMessage, response: ServerResponse, origin: string): Promise<void> {
    const started = performance.now();
    const request = await readRequest(incoming, origin);
    const fault = faults.take(request);
    if (fault?.kind === "dropped") return void incoming.socket.destroy();
    if (fault?.kind === "silent") return;
    if (fault?.kind === "slow") await pause(fault.ms);
    const route = routes.find(({ method, path }) => method === request.method && path.test(request.path));
    const reply = fault?.kind === "answer" ? fault.answer : await process(request, route);
    if (file !== undefined && request.method !== "GET" && reply.status < 300) saveState(state, file);
    record(request, reply.status, route?.plane ?? "open");
    const id = randomUUID();
    const common = {
      "x-ms-correlation-request-id": id,
      "x-ms-request-id": id,
      "x-request-time": ((performance.now() - started) / 1000).toFixed(3),
    };
    sendReply(response, { ...reply, headers: { ...common, ...reply.headers } }, fault);
  }
  return { faults, requests, buckets, tokens, handle };
}
