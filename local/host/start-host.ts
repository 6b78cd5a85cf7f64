/** The local Functions host, which runs an unchanged app and its triggers as the real host does. */
import { resolve } from "node:path";
import { systemClock } from "../../shared/lib/clock.ts";
import { assertBindingsSupported } from "./app/bindings.ts";
import { onlyUnset, setEnvironment } from "./app/environment.ts";
import { type LoadedApp, loadApp } from "./app/load-app.ts";
import { selectFunctions } from "./app/select-functions.ts";
import { type AppPorts, type ServedApp, serveApp } from "./app/serve-app.ts";
import { createHostLog } from "./host-log.ts";
import { emptyResponse, type HttpResponse } from "./http/http-response.ts";
import { type HttpHandler, type RunningServer, startHttpServer } from "./http/http-server.ts";
import { readOrCreateKeys } from "./http/keys.ts";
import { restrictToThisMachine } from "./http/own-machine.ts";
import type { PlatformAuth } from "./http/platform-auth.ts";
import { hostId } from "./settings/host-id.ts";
import { readHostJson } from "./settings/host-json.ts";
import { readLocalSettings } from "./settings/settings.ts";

export interface HostOptions {
  /** Folder with host.json, local.settings.json and package.json. */
  readonly appDirectory: string;
  /** The file to load instead of `main` of package.json. */
  readonly entry?: string;
  /** Port on 127.0.0.1; 0 for any free port. */
  readonly port: number;
  /** App settings that override all others. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly log?: (line: string) => void;
  /** File of function keys, created if missing. Without it every request is authorized, as with `func start`. */
  readonly keysFile?: string;
  /** Replaces App Service authentication and sets WEBSITE_AUTH_ENABLED. */
  readonly authenticate?: PlatformAuth;
  /** Time for which a queue message is hidden while its function runs; ten minutes by default, as in Azure. */
  readonly queueLeaseMs?: number;
  /** Time limit for the head of a request and for pauses in a body; 30 s by default. */
  readonly requestTimeoutMs?: number;
  /** Names of HTTP functions without throttling; none in the real host. */
  readonly unthrottled?: readonly string[];
  /** Content of the 429 for requests over `maxOutstandingRequests`; empty by default, as in the real host. */
  readonly tooManyRequests?: Pick<HttpResponse, "headers" | "body">;
  /** Time for which a stop waits for running functions; 10 s by default. */
  readonly drainMs?: number;
}

export interface RunningHost {
  readonly url: string;
  /** Waits for running functions, at most `drainMs`, then runs the `appTerminate` hooks of the app. */
  stop(): Promise<void>;
}

const tenMinutesMs = 600_000;
const defaultDrainMs = 10_000;
const readyTimeoutMs = 30_000;
const defaultRequestTimeoutMs = 30_000;
const defaultMaxBodyBytes = 104_857_600;

/** Module-level, because settings are environment variables of the whole process. */
let isHostRunning = false;

/**
 * Starts a host in this process and sets its environment variables to the app settings.
 * @throws if the process already runs a host, the port is in use, host.json is invalid, the app cannot be loaded or has
 *   an unsupported binding.
 */
export async function startHost(options: HostOptions): Promise<RunningHost> {
  if (isHostRunning)
    throw new Error("This process already runs a Functions host, and settings are variables of the whole process.");
  isHostRunning = true;
  const undo: (() => void)[] = [() => (isHostRunning = false)];
  const undoAll = () => {
    for (const step of undo.reverse()) step();
  };
  try {
    const running = await start({ ...options, appDirectory: resolve(options.appDirectory) }, undo);
    return { url: running.url, stop: () => running.stop().finally(undoAll) };
  } catch (error) {
    undoAll();
    throw error;
  }
}

async function start(options: HostOptions, undo: (() => void)[]): Promise<RunningHost> {
  const { appDirectory, requestTimeoutMs = defaultRequestTimeoutMs, drainMs = defaultDrainMs } = options;
  undo.push(setEnvironment({ ...onlyUnset(readLocalSettings(appDirectory)), ...options.settings }));
  const env = process.env;
  const { hostJson, unknownKeys } = readHostJson(appDirectory, env);
  const log = createHostLog(options.log ?? (() => {}), hostJson.logging.logLevel);
  for (const key of unknownKeys)
    log("warning", "Host.Startup", `host.json: ${key} is unknown to the local host and has no effect.`);
  const keys = options.keysFile === undefined ? undefined : readOrCreateKeys(options.keysFile);
  const maxBodyBytes = Number(env.FUNCTIONS_REQUEST_BODY_SIZE_LIMIT ?? defaultMaxBodyBytes);

  // The server starts first, because the app needs its port in WEBSITE_HOSTNAME.
  const ready = Promise.withResolvers<HttpHandler>();
  const server = await startHttpServer(
    { port: options.port, requestTimeoutMs, maxBodyBytes, log },
    whenReady(ready.promise),
  );
  const url = `http://127.0.0.1:${server.port}`;
  undo.push(
    setEnvironment({
      AZURE_FUNCTIONS_ENVIRONMENT: "Development",
      WEBSITE_HOSTNAME: `127.0.0.1:${server.port}`,
      WEBSITE_AUTH_ENABLED: options.authenticate === undefined ? "False" : "True",
      AzureWebJobsScriptRoot: appDirectory,
    }),
  );
  try {
    const { app, served } = await startApp(options, { url, hostJson, env, log, keys, maxBodyBytes });
    ready.resolve(served.handle);
    return { url, stop: () => stop(server, served, app, drainMs) };
  } catch (error) {
    ready.resolve(async () => emptyResponse(503));
    await server.stop(0);
    throw error;
  }
}

type StartPorts = Pick<AppPorts, "url" | "hostJson" | "env" | "log" | "keys" | "maxBodyBytes">;

/** Loads the app and starts its triggers. */
async function startApp(options: HostOptions, ports: StartPorts): Promise<{ app: LoadedApp; served: ServedApp }> {
  const { appDirectory } = options;
  const { url, hostJson, env, log } = ports;
  const errors: string[] = [];
  const reportError = (functionName: string, reason: string) => {
    errors.push(`The '${functionName}' function is in error: ${reason}`);
    log("error", "Host.Startup", errors.at(-1) as string);
  };
  // With source maps, stack traces contain the source files of a bundled app.
  process.setSourceMapsEnabled(true);
  const app = await loadApp(appDirectory, options.entry, (level, _, message) => log(level, "Worker", message));
  const functions = selectFunctions(app.core.functions.values(), hostJson.functions, reportError);
  assertBindingsSupported(functions.values());
  if (functions.size === 0) log("warning", "Host.Startup", "No job functions found.");
  await app.core.runHooks("appStart", { hookData: app.core.appHookData, appHookData: app.core.appHookData });
  const served = await serveApp({
    ...ports,
    app,
    functions,
    hostId: hostId(appDirectory, env),
    clock: systemClock,
    authenticate: options.authenticate,
    queueLeaseMs: options.queueLeaseMs ?? tenMinutesMs,
    unthrottled: options.unthrottled ?? [],
    tooManyRequests: createTooManyRequests(options.tooManyRequests),
    errors,
    reportError,
  });
  log("information", "Host.Startup", `Host started: ${functions.size} functions at ${url}`);
  return { app, served };
}

/** Delays early requests until the app is loaded; responds with 503 after 30 s. */
function whenReady(ready: Promise<HttpHandler>): HttpHandler {
  let handler: HttpHandler | undefined;
  return async (head) => {
    handler ??= await Promise.race([ready, after(readyTimeoutMs)]);
    return handler === undefined ? restrictToThisMachine(head, emptyResponse(503)) : handler(head);
  };
}

/** The 429 of the real host, with the given headers and body. */
function createTooManyRequests(
  { headers, body }: Pick<HttpResponse, "headers" | "body"> = { headers: [], body: undefined },
): HttpResponse {
  return { ...emptyResponse(429, [["X-FUNCTION-SCALEOUT", "1"], ...headers]), body };
}

function after(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), ms).unref());
}

async function stop(
  server: RunningServer,
  served: ServedApp,
  { core, close }: LoadedApp,
  drainMs: number,
): Promise<void> {
  await Promise.race([Promise.all([server.stop(drainMs), served.stop()]), after(drainMs)]);
  await core.runHooks("appTerminate", { hookData: core.appHookData, appHookData: core.appHookData });
  close();
}
