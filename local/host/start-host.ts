/** The local Functions host: loads an app unchanged and drives its triggers as the real host does. */
import { resolve } from "node:path";
import { systemClock } from "../../shared/lib/clock.ts";
import { assertBindingsSupported } from "./app/bindings.ts";
import { onlyUnset, setEnvironment } from "./app/environment.ts";
import { type LoadedApp, loadApp } from "./app/load-app.ts";
import { selectFunctions } from "./app/select-functions.ts";
import { type ServedApp, serveApp } from "./app/serve-app.ts";
import { createHostLog } from "./host-log.ts";
import { emptyResponse, type HttpResponse } from "./http/http-response.ts";
import { type HttpHandler, type RunningServer, startHttpServer } from "./http/http-server.ts";
import { readOrCreateKeys } from "./http/keys.ts";
import { ownAnswer } from "./http/own-machine.ts";
import type { PlatformAuth } from "./http/platform-auth.ts";
import { hostId } from "./settings/host-id.ts";
import { readHostJson } from "./settings/host-json.ts";
import { readLocalSettings } from "./settings/settings.ts";

export interface HostOptions {
  /** Holds host.json, local.settings.json and package.json. */
  readonly appDirectory: string;
  /** The file to load instead of `main` of package.json. */
  readonly entry?: string;
  /** On 127.0.0.1; 0 takes any free one. */
  readonly port: number;
  /** App settings that win over all others. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly log?: (line: string) => void;
  /** A file of keys, made when there is none. Without it every caller may do everything, as under `func start`. */
  readonly keysFile?: string;
  /** Stands in for App Service authentication, which the app is then told is on. */
  readonly authenticate?: PlatformAuth;
  /** For how long a queue message is hidden while its function runs; ten minutes as in Azure if not given. */
  readonly queueLeaseMs?: number;
  /** In which a client must have sent the head of a request, and for which it may send nothing of a body; 30 s if not given. */
  readonly requestTimeoutMs?: number;
  /** Names of HTTP functions that are run however many others are; the real host has none. */
  readonly unthrottled?: readonly string[];
  /** The answer to requests over `maxOutstandingRequests`; the real host's, which is empty, if not given. */
  readonly tooManyRequests?: Pick<HttpResponse, "headers" | "body">;
  /** For how long a stop waits for what is running; 10 s if not given. */
  readonly drainMs?: number;
}

export interface RunningHost {
  readonly url: string;
  /** Lets what is running finish, for `drainMs` at most, then runs the app's `appTerminate` hooks. */
  stop(): Promise<void>;
}

const tenMinutesMs = 600_000;
const defaultDrainMs = 10_000;
const readyWaitMs = 30_000;
const defaultRequestTimeoutMs = 30_000;
const defaultMaxBodyBytes = 104_857_600;

let hostRuns = false;

/**
 * Starts a host in this process, whose environment it changes: settings are environment variables to an app.
 * @throws when the process runs one already, the port is taken, host.json is not valid, the app cannot be loaded or has a binding that this host lacks.
 */
export async function startHost(options: HostOptions): Promise<RunningHost> {
  if (hostRuns)
    throw new Error("This process runs a Functions host already; settings are variables of the whole process.");
  hostRuns = true;
  const undo: (() => void)[] = [() => (hostRuns = false)];
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
  const { appDirectory } = options;
  undo.push(setEnvironment({ ...onlyUnset(readLocalSettings(appDirectory)), ...options.settings }));
  const env = process.env;
  const { hostJson, unknownKeys } = readHostJson(appDirectory, env);
  const log = createHostLog(options.log ?? (() => {}), hostJson.logging.logLevel);
  for (const key of unknownKeys)
    log("warning", "Host.Startup", `host.json: ${key} is not known to this host and has no effect.`);
  const keys = options.keysFile === undefined ? undefined : readOrCreateKeys(options.keysFile);
  const maxBodyBytes = Number(env.FUNCTIONS_REQUEST_BODY_SIZE_LIMIT ?? defaultMaxBodyBytes);

  // It listens before the app is loaded, which is told the port.
  const ready = Promise.withResolvers<HttpHandler>();
  const server = await startHttpServer(
    { port: options.port, requestTimeoutMs: options.requestTimeoutMs ?? defaultRequestTimeoutMs, maxBodyBytes, log },
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
  const errors: string[] = [];
  const refuse = (name: string, reason: string) => {
    errors.push(`The '${name}' function is in error: ${reason}`);
    log("error", "Host.Startup", errors.at(-1) as string);
  };
  // A stack in the log names the sources of a bundled app, where it has source maps.
  process.setSourceMapsEnabled(true);
  try {
    const app = await loadApp(appDirectory, options.entry, (level, _, message) => log(level, "Worker", message));
    const functions = selectFunctions(app.core.functions.values(), hostJson.functions, refuse);
    assertBindingsSupported(functions.values());
    if (functions.size === 0) log("warning", "Host.Startup", "No job functions found.");
    await app.core.runHooks("appStart", { hookData: app.core.appHookData, appHookData: app.core.appHookData });
    const queueLeaseMs = options.queueLeaseMs ?? tenMinutesMs;
    const id = hostId(appDirectory, env);
    const served = await serveApp({
      app,
      functions,
      url,
      hostId: id,
      hostJson,
      env,
      log,
      clock: systemClock,
      keys,
      authenticate: options.authenticate,
      queueLeaseMs,
      maxBodyBytes,
      unthrottled: options.unthrottled ?? [],
      tooManyRequests: tooMany(options.tooManyRequests),
      errors,
      reportError: refuse,
    });
    ready.resolve(served.handle);
    log("information", "Host.Startup", `Host started: ${functions.size} functions at ${url}`);
    return { url, stop: () => stop(server, served, app, options.drainMs ?? defaultDrainMs) };
  } catch (error) {
    ready.resolve(async () => emptyResponse(503));
    await server.stop(0);
    throw error;
  }
}

/** Requests that come early wait for the app. */
function whenReady(ready: Promise<HttpHandler>): HttpHandler {
  let handler: HttpHandler | undefined;
  return async (head) => {
    handler ??= await Promise.race([ready, after(readyWaitMs)]);
    return handler === undefined ? ownAnswer(head, emptyResponse(503)) : handler(head);
  };
}

function tooMany(
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
