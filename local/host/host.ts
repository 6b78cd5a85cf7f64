/** The local Functions host: loads an app unchanged and drives its triggers as the real host does. */
import { createHash } from "node:crypto";
import { hostname } from "node:os";
import { insistOnBindings, writeOutputs } from "./bindings.ts";
import { type Clock, systemClock } from "./clock.ts";
import type { InvocationResponse, RegisteredFunction } from "./core-types.ts";
import { type HostJson, readHostJson } from "./host-json.ts";
import { createHostLog, type HostLog } from "./host-log.ts";
import { emptyAnswer, type HttpRequestHead, type RunningServer, startHttpServer } from "./http-server.ts";
import { findRoute, type HttpOutput, type HttpRoute, httpData, httpOutput, httpRoutes } from "./http-trigger.ts";
import { invokeOnce, type TriggerValue, triggerOf } from "./invocation.ts";
import { type LoadedApp, loadApp } from "./load-app.ts";
import { type Listener, listenToQueue, poisonQueueName } from "./queue-trigger.ts";
import { parseSchedule } from "./schedule.ts";
import { type Environment, readLocalSettings, resolveConnection, resolveSettings } from "./settings.ts";
import { openQueue, type StorageQueue } from "./storage-queue.ts";
import { startTimer } from "./timer-trigger.ts";

export interface HostOptions {
  /** Holds host.json, local.settings.json and package.json. */
  readonly appDirectory: string;
  /** The file to load instead of `main` of package.json. */
  readonly entry?: string;
  /** On 127.0.0.1; 0 takes any free one. */
  readonly port: number;
  /** For how long a queue message is hidden while its function runs; ten minutes as in Azure if not given. */
  readonly queueLeaseMs?: number;
  readonly log?: (line: string) => void;
  /** App settings that win over all others. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly requestTimeoutMs?: number;
}

export interface RunningHost {
  readonly url: string;
  /** Lets what is running finish, for ten seconds at most, then runs the app's `appTerminate` hooks. */
  stop(): Promise<void>;
}

const tenMinutesMs = 600_000;
const drainMs = 10_000;
const readyWaitMs = 30_000;
const defaultMaxBodyBytes = 104_857_600;

let hostRuns = false;

/**
 * Starts a host in this process, whose environment it changes: settings are environment variables to an app.
 * @throws when the process runs one already, the port is taken, host.json is not valid, the app cannot be loaded or has a binding that this host lacks.
 */
export async function startHost(options: HostOptions): Promise<RunningHost> {
  if (hostRuns) throw new Error("This process runs a Functions host already; settings are variables of the whole process.");
  hostRuns = true;
  const restore = changeEnvironment({ ...missing(readLocalSettings(options.appDirectory)), ...options.settings });
  try {
    const running = await start(options);
    return {
      url: running.url,
      stop: async () => {
        await running.stop();
        restore();
        hostRuns = false;
      },
    };
  } catch (error) {
    restore();
    hostRuns = false;
    throw error;
  }
}

/** The variables that are not set yet: the real environment wins over local.settings.json. */
function missing(settings: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => process.env[name] === undefined));
}

/** Sets variables. @returns what sets them back. */
function changeEnvironment(settings: Readonly<Record<string, string>>): () => void {
  const before = Object.keys(settings).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, settings);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}

async function start(options: HostOptions): Promise<RunningHost> {
  const env: Environment = process.env;
  const { hostJson, unknownKeys } = readHostJson(options.appDirectory, process.env);
  const log = createHostLog(options.log ?? (() => {}), hostJson.logging.logLevel);
  for (const key of unknownKeys) log("warning", "Host.Startup", `host.json: ${key} is not known to this host and has no effect.`);

  const ready = Promise.withResolvers<(head: HttpRequestHead) => Promise<HttpOutput | undefined>>();
  ready.promise.catch(() => {});
  const server = await startHttpServer(
    {
      port: options.port,
      requestTimeoutMs: options.requestTimeoutMs ?? 30_000,
      maxBodyBytes: Number(env.FUNCTIONS_REQUEST_BODY_SIZE_LIMIT ?? defaultMaxBodyBytes),
    },
    async (head) => {
      const handle = await Promise.race([ready.promise, timeout(readyWaitMs)]);
      return handle === undefined ? emptyAnswer(503) : handle(head);
    },
  );
  const restore = changeEnvironment({
    AZURE_FUNCTIONS_ENVIRONMENT: "Development",
    WEBSITE_HOSTNAME: `127.0.0.1:${server.port}`,
    AzureWebJobsScriptRoot: options.appDirectory,
  });
  try {
    const app = await loadApp(options.appDirectory, options.entry, (level, _, message) => log(level, "Worker", message));
    insistOnBindings(app.core.functions.values());
    await app.core.runHooks("appStart", { hookData: app.core.appHookData, appHookData: app.core.appHookData });
    const host = serveApp({ app, hostJson, env, log, clock: systemClock, queueLeaseMs: options.queueLeaseMs ?? tenMinutesMs });
    ready.resolve(host.answer);
    log("information", "Host.Startup", `Host started: ${[...app.core.functions.keys()].length} functions at http://127.0.0.1:${server.port}`);
    return { url: `http://127.0.0.1:${server.port}`, stop: () => stop(server, host.listeners, app).finally(restore) };
  } catch (error) {
    ready.reject(error);
    restore();
    await server.stop(0);
    throw error;
  }
}

function timeout(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), ms).unref());
}

async function stop(server: RunningServer, listeners: readonly Promise<Listener | undefined>[], app: LoadedApp): Promise<void> {
  const draining = Promise.all([server.stop(drainMs), ...listeners.map(async (listener) => (await listener)?.stop())]);
  await Promise.race([draining, timeout(drainMs)]);
  await app.core.runHooks("appTerminate", { hookData: app.core.appHookData, appHookData: app.core.appHookData });
}

interface AppPorts {
  readonly app: LoadedApp;
  readonly hostJson: HostJson;
  readonly env: Environment;
  readonly log: HostLog;
  readonly clock: Clock;
  readonly queueLeaseMs: number;
}

interface ServedApp {
  readonly answer: (head: HttpRequestHead) => Promise<HttpOutput | undefined>;
  readonly listeners: readonly Promise<Listener | undefined>[];
}

function serveApp(ports: AppPorts): ServedApp {
  const { app, hostJson, log } = ports;
  const functions = [...app.core.functions.values()];
  const refuse = (name: string, reason: string) => log("error", "Host.Startup", `The '${name}' function is in error: ${reason}`);
  const routes = httpRoutes(functions, hostJson.extensions.http.routePrefix, refuse);
  const wakers = new Map<string, () => void>();
  const sendToQueue = async (connection: string | undefined, queueName: string, texts: readonly string[]) => {
    const queue = await openQueue(resolveConnection(connection, "queue", ports.env), queueName);
    for (const text of texts) await queue.send(text);
    wakers.get(queueName)?.();
  };
  const run = async (fn: RegisteredFunction, value: TriggerValue): Promise<InvocationResponse> => {
    const response = await invokeOnce({ core: app.core, log, timeoutMs: hostJson.functionTimeout }, fn, value);
    await writeOutputs({ env: ports.env, sendToQueue, messageEncoding: hostJson.extensions.queues.messageEncoding }, fn, value, response);
    return response;
  };
  const listeners = functions.map(async (fn) => {
    try {
      return await listen(ports, fn, (value) => run(fn, value), wakers);
    } catch (error) {
      refuse(fn.name, (error as Error).message);
      return undefined;
    }
  });
  return { listeners, answer: (head) => answer(head, routes, hostJson, run) };
}

async function listen(ports: AppPorts, fn: RegisteredFunction, run: (value: TriggerValue) => Promise<unknown>, wakers: Map<string, () => void>) {
  const { type, options } = triggerOf(fn);
  const { env, log, clock, hostJson } = ports;
  if (type.toLowerCase() === "timertrigger") {
    const schedule = parseSchedule(resolveSettings(String(options.schedule), env));
    return startTimer({ functionName: fn.name, schedule, runOnStartup: options.runOnStartup === true, monitor: undefined, clock, log, run });
  }
  if (type.toLowerCase() === "queuetrigger") {
    const name = resolveSettings(String(options.queueName), env).toLowerCase();
    const connection = resolveConnection(options.connection as string | undefined, "queue", env);
    const poisonName = poisonQueueName(name);
    const poison = poisonName === undefined ? undefined : await openQueue(connection, poisonName);
    const poisonQueue: StorageQueue | undefined = poison && { ...poison, send: async (text) => poison.send(text).then(() => wakers.get(poison.name)?.()) };
    const queue = await openQueue(connection, name);
    const listener = listenToQueue({
      functionName: fn.name,
      queue,
      poisonQueue,
      settings: hostJson.extensions.queues,
      leaseMs: ports.queueLeaseMs,
      clock,
      log,
      run,
    });
    wakers.set(name, listener.wake);
    return listener;
  }
  return undefined;
}

async function answer(
  head: HttpRequestHead,
  routes: readonly HttpRoute[],
  hostJson: HostJson,
  run: (fn: RegisteredFunction, value: TriggerValue) => Promise<InvocationResponse>,
): Promise<HttpOutput> {
  const match = findRoute(routes, head.method, head.path);
  if (match === undefined) return emptyAnswer(404);
  const http = httpData({ ...head, body: await head.readBody() }, match.parameters);
  let output: HttpOutput;
  try {
    const traceParent = head.raw.headers.traceparent;
    output = httpOutput(
      await run(match.route.fn, {
        data: { http },
        metadata: {},
        reason: "This function was programmatically called via the host APIs.",
        ...(typeof traceParent === "string" ? { traceParent } : {}),
      }),
    );
  } catch {
    output = emptyAnswer(500);
  }
  const present = new Set(output.headers.map(([name]) => name.toLowerCase()));
  const custom = Object.entries(hostJson.extensions.http.customHeaders).filter(([name]) => !present.has(name.toLowerCase()));
  return { ...output, headers: [...output.headers, ...custom] };
}

/** The number of a host in storage: the same for the same machine and folder. */
export function hostId(directory: string, env: Environment): string {
  const given = env.AzureFunctionsWebHost__hostid;
  if (given !== undefined && given !== "") return given;
  const machine = hostname()
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, "");
  const digest = createHash("sha256").update(directory).digest().readUInt32BE();
  return `${machine}-${digest}`.slice(0, 32);
}
