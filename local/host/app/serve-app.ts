/** Puts a loaded app behind its triggers. */

import type { Clock } from "../../../shared/lib/clock.ts";
import type { HostLog } from "../host-log.ts";
import { handleAdminRequest } from "../http/admin.ts";
import { createHttpHandler } from "../http/http-handler.ts";
import type { HttpResponse } from "../http/http-response.ts";
import type { HttpHandler } from "../http/http-server.ts";
import type { HostKeys } from "../http/keys.ts";
import { type PlatformAuth, withPlatformAuth } from "../http/platform-auth.ts";
import { httpRoutes } from "../http/routing/http-routes.ts";
import type { Listener } from "../listener.ts";
import { createQueues } from "../queues/queues.ts";
import type { HostJson } from "../settings/host-json.ts";
import { type Environment, getSetting } from "../settings/settings.ts";
import { startListener } from "../start-listener.ts";
import { timerInput } from "../timers/timer-trigger.ts";
import { triggerOf } from "./bindings.ts";
import type { RegisteredFunction } from "./core-types.ts";
import { type InvocationResult, invokeOnce, type TriggerInput } from "./invocation.ts";
import type { LoadedApp } from "./load-app.ts";
import { retryPolicy, withRetries } from "./retry.ts";
import { isDisabled } from "./select-functions.ts";
import { writeOutputs } from "./write-outputs.ts";

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
  /** Functions in error so far, with the reason; more are added. */
  readonly errors: string[];
  reportError(functionName: string, reason: string): void;
}

export interface ServedApp {
  readonly handle: HttpHandler;
  /** Stops timers and queues, and ends retries that wait; resolves when what they run has ended. */
  stop(): Promise<void>;
}

/** Starts the listeners of an app and makes its HTTP handler. */
export async function serveApp(ports: AppPorts): Promise<ServedApp> {
  const { app, functions, hostJson, env, log, clock, reportError: refuse } = ports;
  const stopping = new AbortController();
  const queues = createQueues(env);
  const disabled = new Set([...functions.keys()].filter((name) => isDisabled(name, env)));
  const off = (name: string) => disabled.has(name);
  const run = runner(ports, stopping.signal, async (connection, name, texts) => {
    const queue = await queues.open(connection, name);
    for (const text of texts) await queue.send(text);
  });
  const routes = httpRoutes(functions.values(), hostJson.extensions.http.routePrefix, refuse);
  const running = new Set<Promise<unknown>>();
  const runByHand = (fn: RegisteredFunction, input: string) => {
    const value =
      triggerOf(fn).type === "timertrigger"
        ? timerInput(clock.now().getTime(), false, undefined)
        : { data: { string: input }, metadata: { QueueTrigger: { string: input } } };
    const work = run(fn, { reason: "This function was programmatically called via the host APIs.", ...value }).finally(
      () => running.delete(work),
    );
    running.add(work);
    return work;
  };
  const listeners: Listener[] = [];
  for (const fn of functions.values()) {
    if (triggerOf(fn).type !== "timertrigger" && fn.retryOptions !== undefined)
      log("warning", "Host.Startup", retryWarning(fn.name));
    if (off(fn.name)) log("information", "Host.Startup", `Function ${fn.name} is disabled`);
    else {
      const listener = await startListener({ ...ports, queues, run }, fn).catch((error: Error) =>
        refuse(fn.name, error.message),
      );
      if (listener !== undefined) listeners.push(listener);
    }
  }
  const handle = createHttpHandler({
    routes,
    settings: hostJson.extensions.http,
    keys: ports.keys,
    library: app.library,
    unthrottled: ports.unthrottled,
    tooManyRequests: ports.tooManyRequests,
    showHomepage: getSetting("AzureWebJobsDisableHomepage", env)?.toLowerCase() !== "true",
    maxBodyBytes: ports.maxBodyBytes,
    isDisabled: off,
    admin: (head, level) =>
      handleAdminRequest(
        { ...ports, routes, extensionBundle: hostJson.extensionBundle, isDisabled: off, runManually: runByHand },
        head,
        level,
      ),
    run,
  });
  return {
    handle: withPlatformAuth(handle, ports.authenticate),
    stop: async () => {
      stopping.abort();
      await Promise.all(listeners.map((listener) => listener.stop()));
      await Promise.allSettled(running);
    },
  };
}

const retryWarning = (name: string) =>
  `Soon retries will not be supported for function '${name}'. For more information please visit http://aka.ms/func-retry-policies.`;

type SendToQueue = (connection: string | undefined, queueName: string, texts: readonly string[]) => Promise<void>;

/** Runs a function with its retries; its outputs are a part of each run. */
function runner(
  ports: AppPorts,
  signal: AbortSignal,
  sendToQueue: SendToQueue,
): (fn: RegisteredFunction, value: TriggerInput) => Promise<InvocationResult> {
  const { app, hostJson, env, log, clock } = ports;
  const outputs = { env, messageEncoding: hostJson.extensions.queues.messageEncoding, sendToQueue };
  return (fn, value) =>
    withRetries(retryPolicy(fn, hostJson.retry), { clock, signal }, (retryContext) =>
      invokeOnce(
        {
          core: app.core,
          log,
          timeoutMs: hostJson.functionTimeout,
          writeOutputs: (response) => writeOutputs(outputs, fn, value.metadata, response),
        },
        fn,
        value,
        retryContext,
      ),
    );
}
