/**
 * A fake Azure ML for tests and for trials without Azure. It implements the calls of Azure Resource Manager and of the
 * data plane that submit, observe and cancel jobs, on one port. Jobs do not run; their statuses follow a course.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Buckets } from "./arm-limits.ts";
import { isTerminal } from "./courses.ts";
import type { ServerStorage } from "./datastores.ts";
import type { Faults } from "./faults.ts";
import { createRequestHandler, type RecordedRequest } from "./handle-request.ts";
import { createJobLogs, type JobLogs, type LogOptions, noLogs } from "./job-logs.ts";
import { createState, jobState, type ServerState, type StateOptions } from "./state.ts";
import { loadState } from "./state-file.ts";

export interface AzureMLServerOptions extends StateOptions {
  readonly port?: number;
  /** Host name in the server's URL; 127.0.0.1 by default. */
  readonly host?: string;
  /** The server uses https with this certificate. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Stores logs and uploads; without it, jobs have no logs and uploads are rejected. */
  readonly storage?: ServerStorage;
  readonly logs?: Pick<LogOptions, "lifeSeconds" | "cacheSeconds">;
  /** File that jobs and assets are stored in. */
  readonly file?: string;
}

export interface AzureMLServer {
  readonly url: string;
  readonly state: ServerState;
  readonly faults: Faults;
  /** The received requests, oldest first, at most 20,000. */
  readonly requests: readonly RecordedRequest[];
  /** Returns and removes the received requests. */
  takeRequests(): readonly RecordedRequest[];
  readonly buckets: Buckets;
  /** Rejects all tokens that were used so far. */
  expireTokens(): void;
  close(): Promise<void>;
}

/** Interval at which logs are appended to. */
const appendMs = 500;

export async function startAzureMLServer(options: AzureMLServerOptions = {}): Promise<AzureMLServer> {
  const state = createState(options);
  const { storage, file, tls, host = "127.0.0.1" } = options;
  if (file !== undefined) loadState(state, file);
  const { now, speed } = state;
  const logs = storage === undefined ? noLogs : createJobLogs({ ...storage, ...options.logs, now, speed });
  const { faults, requests, buckets, tokens, handle } = createRequestHandler({ state, logs, storage, file });

  const listener = (request: IncomingMessage, response: ServerResponse) => {
    handle(request, response, url()).catch((error: Error) => {
      response.writeHead(500, { "content-type": "application/json" });
      response.end(JSON.stringify({ error: { code: "ServiceError", message: error.message } }));
    });
  };
  const server = tls === undefined ? createServer(listener) : createSecureServer(tls, listener);
  const scheme = tls === undefined ? "http" : "https";
  const url = () => `${scheme}://${host}:${(server.address() as AddressInfo).port}`;
  server.listen(options.port ?? 0, "127.0.0.1");
  await once(server, "listening");
  const appending = setInterval(() => appendLogs(state, logs), appendMs).unref();

  return {
    url: url(),
    state,
    faults,
    requests,
    takeRequests: () => requests.splice(0),
    buckets,
    expireTokens: tokens.expire,
    async close() {
      clearInterval(appending);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Appends to the logs of all jobs that run or have just ended. A failed append is repeated the next time. */
function appendLogs(state: ServerState, logs: JobLogs): void {
  for (const job of state.jobs.values()) {
    const course = jobState(state, job);
    const isOver = isTerminal(course.status) && state.now() - (course.began.at(-1)?.at ?? 0) > 10 * appendMs;
    if (!isOver && !job.deleted) logs.append(job, course).catch(() => undefined);
  }
}
