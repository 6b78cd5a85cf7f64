/**
 * A server that behaves as Azure ML does towards a client that submits jobs, watches and cancels them: Azure Resource Manager's
 * and the data plane's calls on one address. Jobs do not run: they take a course. For tests, and for trying the service without Azure.
 */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { type Buckets, createBuckets, withinLimits } from "./arm-limits.ts";
import type { ServerStorage } from "./assets.ts";
import { isTerminal } from "./courses.ts";
import { createFaults, type Faults, sendReply } from "./faults.ts";
import { createJobLogs, type JobLogs, type LogOptions, noLogs } from "./job-logs.ts";
import { type ReceivedRequest, type Reply, readRequest } from "./request-and-reply.ts";
import { createRoutes, noRoute, type Route } from "./routes.ts";
import { createState, jobState, type ServerState, type StateOptions } from "./state.ts";
import { loadState, saveState } from "./state-file.ts";
import { createTokenCheck } from "./token-check.ts";

export interface AzureMLServerOptions extends StateOptions {
  readonly port?: number;
  /** How clients name this machine; 127.0.0.1 by default. */
  readonly host?: string;
  /** For https. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Where logs and uploads are kept; without it, jobs have no logs and nothing can be uploaded. */
  readonly storage?: ServerStorage;
  readonly logs?: Pick<LogOptions, "lifeSeconds" | "cacheSeconds">;
  /** Keeps jobs and assets. */
  readonly file?: string;
}

export interface SeenRequest {
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly status: number;
  readonly plane: Route["plane"];
  readonly headers: IncomingMessage["headers"];
  readonly body: unknown;
}

export interface AzureMLServer {
  readonly url: string;
  readonly state: ServerState;
  readonly faults: Faults;
  /** What was asked, oldest first, at most the last 20,000. */
  readonly requests: readonly SeenRequest[];
  /** The same, and begins anew. */
  takeRequests(): readonly SeenRequest[];
  readonly buckets: Buckets;
  /** No token that was shown so far is accepted any more. */
  expireTokens(): void;
  close(): Promise<void>;
}

const keptRequests = 20_000;
const growMs = 500;

export async function startAzureMLServer(options: AzureMLServerOptions = {}): Promise<AzureMLServer> {
  const state = createState(options);
  const { storage, file } = options;
  if (file !== undefined) loadState(state, file);
  const logs =
    storage === undefined ? noLogs : createJobLogs({ ...storage, ...options.logs, now: state.now, speed: state.speed });
  const routes = createRoutes(state);
  const faults = createFaults();
  const requests: SeenRequest[] = [];
  const buckets = createBuckets(state.now);
  const tokens = createTokenCheck();

  async function answer(exchange: ReceivedRequest, route: Route | undefined, names: readonly string[]): Promise<Reply> {
    const refusal = route?.plane === "open" ? undefined : tokens.reject(exchange);
    if (refusal !== undefined) return refusal;
    if (route === undefined) return noRoute(state, exchange);
    const work = () => route.handler({ state, logs, storage }, exchange, ...names);
    return route.plane === "arm" ? withinLimits(buckets, exchange, work) : work();
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const started = performance.now();
    const exchange = await readRequest(request, url());
    const fault = faults.take(exchange);
    if (fault?.kind === "dropped") return void request.socket.destroy();
    if (fault?.kind === "silent") return;
    if (fault?.kind === "slow") await pause(fault.ms);
    const path = exchange.path;
    const route = routes.find((candidate) => candidate.method === exchange.method && candidate.path.test(path));
    const names = (route?.path.exec(path) ?? []).slice(1).map(decodeURIComponent);
    const given = fault?.kind === "answer" ? fault.answer : await answer(exchange, route, names);
    const { method, query, headers, body } = exchange;
    if (file !== undefined && method !== "GET" && given.status < 300) saveState(state, file);
    requests.push({
      at: state.now(),
      method,
      path,
      query: query.toString(),
      status: given.status,
      plane: route?.plane ?? "open",
      headers,
      body,
    });
    if (requests.length > keptRequests) requests.splice(0, keptRequests / 10);
    const id = randomUUID();
    const common = {
      "x-ms-correlation-request-id": id,
      "x-ms-request-id": id,
      "x-request-time": ((performance.now() - started) / 1000).toFixed(3),
    };
    sendReply(response, { ...given, headers: { ...common, ...given.headers } }, fault);
  }

  const listener = (request: IncomingMessage, response: ServerResponse) => {
    handle(request, response).catch((error: Error) => {
      response.writeHead(500, { "content-type": "application/json" });
      response.end(JSON.stringify({ error: { code: "ServiceError", message: error.message } }));
    });
  };
  const server = options.tls === undefined ? createServer(listener) : createSecureServer(options.tls, listener);
  const url = () =>
    `${options.tls === undefined ? "http" : "https"}://${options.host ?? "127.0.0.1"}:${(server.address() as AddressInfo).port}`;
  server.listen(options.port ?? 0, "127.0.0.1");
  await once(server, "listening");
  const growing = setInterval(() => growLogs(state, logs), growMs).unref();

  return {
    url: url(),
    state,
    faults,
    requests,
    takeRequests: () => requests.splice(0),
    buckets,
    expireTokens: tokens.expire,
    async close() {
      clearInterval(growing);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Logs grow whether anybody asks about the job or not. What fails is written the next time. */
function growLogs(state: ServerState, logs: JobLogs): void {
  for (const job of state.jobs.values()) {
    const moment = jobState(state, job);
    const isOver = isTerminal(moment.status) && state.now() - (moment.began.at(-1)?.at ?? 0) > 10 * growMs;
    if (!isOver && !job.deleted) logs.append(job, moment).catch(() => undefined);
  }
}
