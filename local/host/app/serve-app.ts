/** Connects the functions of a loaded app to their triggers. */
import type { Clock } from "../../../shared/lib/clock.ts";
import type { HostLog } from "../host-log.ts";
import { type AdminOptions, handleAdminRequest } from "../http/admin.ts";
import { createHttpHandler } from "../http/http-handler.ts";
import type { HttpResponse } from "../http/http-response.ts";
import type { HttpHandler } from "../http/http-server.ts";
import type { HostKeys } from "../http/keys.ts";
import { type PlatformAuth, withPlatformAuth } from "../http/platform-auth.ts";
import { httpRoutes } from "../http/routing/http-routes.ts";
import type { Listener } from "../listener.ts";
import { createQueues, type Queues } from "../queues/queues.ts";
import type { HostJson } from "../settings/host-json.ts";
import { type Environment, getSetting } from "../settings/settings.ts";
import { type ListenerPorts, startListener } from "../start-listener.ts";
import { triggerOf } from "./bindings.ts";
import type { RegisteredFunction } from "./core-types.ts";
import { type InvocationPorts, invokeOnce } from "./invocation.ts";
import type { LoadedApp } from "./load-app.ts";
import { createManualRuns, type RunFunction } from "./manual-runs.ts";
import { retryPolicy, withRetries } from "./retry.ts";
import { isDisabled } from "./select-functions.ts";
import { type OutputPorts, writeOutputs } from "./write-outputs.ts";

export interface AppPorts {
  readonly app: LoadedApp;
  readonly functions: ReadonlyMap<string, RegisteredFunction>;
  readonly url: string;
  readonly hostId: string;
  readonly hostJson: HostJson;
  readonly env: Environment;
  readonly log: HostLog;
  readonly clock: Clock;
  readonly keys: HostKeys | undefined;
  readonly authenticate: PlatformAuth | undefined;
  readonly queueLeaseMs: number;
  readonly maxBodyBytes: number;
  readonly unthrottled: readonly string[];
  readonly tooManyRequests: HttpResponse;
  /** Messages about functions that are not served; `reportError` adds to them. */
  readonly errors: string[];
  reportError(functionName: string, reason: string): void;
}

export interface ServedApp {
  readonly handle: HttpHandler;
  /** Stops timers and queues and aborts waiting retries; resolves when running functions have ended. */
  stop(): Promise<void>;
}

/** Starts the listeners of an app and creates its HTTP handler. */
export async function serveApp(ports: AppPorts): Promise<ServedApp> {
  const { functions, hostJson, env } = ports;
  const stopping = new AbortController();
  const queues = createQueues(env);
  const disabled = new Set([...functions.keys()].filter((name) => isDisabled(name, env)));
  const run = createRunner(ports, queues, stopping.signal);
  const manualRuns = createManualRuns(ports.clock, run);
  const routes = httpRoutes(functions.values(), hostJson.extensions.http.routePrefix, ports.reportError);
  const admin: AdminOptions = {
    ...ports,
    routes,
    extensionBundle: hostJson.extensionBundle,
    isDisabled: (name) => disabled.has(name),
    runManually: manualRuns.start,
  };
  const listeners = await startListeners({ ...ports, queues, run }, ports, disabled);
  const handle = createHttpHandler({
    routes,
    settings: hostJson.extensions.http,
    keys: ports.keys,
    library: ports.app.library,
    unthrottled: ports.unthrottled,
    tooManyRequests: ports.tooManyRequests,
    showHomepage: getSetting("AzureWebJobsDisableHomepage", env)?.toLowerCase() !== "true",
    maxBodyBytes: ports.maxBodyBytes,
    isDisabled: admin.isDisabled,
    admin: (head, level) => handleAdminRequest(admin, head, level),
    run,
  });
  return {
    handle: withPlatformAuth(handle, ports.authenticate),
    stop: async () => {
      stopping.abort();
      await Promise.all(listeners.map((listener) => listener.stop()));
      await manualRuns.ended();
    },
  };
}

/** Starts the listeners of all enabled functions. A function whose listener cannot start is reported and skipped. */
async function startListeners(
  listenerPorts: ListenerPorts,
  { functions, log, reportError }: AppPorts,
  disabled: ReadonlySet<string>,
): Promise<readonly Listener[]> {
  const listeners: Listener[] = [];
  for (const fn of functions.values()) {
    if (triggerOf(fn).type !== "timertrigger" && fn.retryOptions !== undefined)
      log("warning", "Host.Startup", retryWarning(fn.name));
    if (disabled.has(fn.name)) {
      log("information", "Host.Startup", `Function ${fn.name} is disabled`);
      continue;
    }
    const listener = await startListener(listenerPorts, fn).catch((error: Error) =>
      reportError(fn.name, error.message),
    );
    if (listener !== undefined) listeners.push(listener);
  }
  return listeners;
}

/** The warning of the real host. */
const retryWarning = (name: string) =>
  `Soon retries will not be supported for function '${name}'. ` +
  "For more information please visit http://aka.ms/func-retry-policies.";

/** Creates the function that runs a function with its retries; its outputs are written in each attempt. */
function createRunner({ app, hostJson, env, log, clock }: AppPorts, queues: Queues, signal: AbortSignal): RunFunction {
  const outputs: OutputPorts = {
    env,
    messageEncoding: hostJson.extensions.queues.messageEncoding,
    sendToQueue: async (connection, name, texts) => {
      const queue = await queues.open(connection, name);
      for (const text of texts) await queue.send(text);
    },
  };
  return (fn, input) => {
    const invocation: InvocationPorts = {
      core: app.core,
      log,
      timeoutMs: hostJson.functionTimeout,
      writeOutputs: (response) => writeOutputs(outputs, fn, input.metadata, response),
    };
    return withRetries(retryPolicy(fn, hostJson.retry), { clock, signal }, (retryContext) =>
      invokeOnce(invocation, fn, input, retryContext),
    );
  };
}
