/** The composition root: what the triggers ask for, built once, from the settings. */

import { type Caller, createAuthorize } from "./api/access/authorize.ts";
import { createCheckOrigin } from "./api/access/check-origin.ts";
import { createConcurrencyLimits } from "./api/access/concurrency-limits.ts";
import { createRecordEndpoint, type Endpoint } from "./api/access/endpoints.ts";
import { createFailureLog, type FailureLog } from "./api/log/failure-log.ts";
import { createWrapHandler } from "./api/response/wrap-handler.ts";
import { type Config, readConfig } from "./config/config.ts";
import type { Scoped } from "./core/records/scope.ts";
import type { Services } from "./create-services.ts";
import { systemClock } from "./lib/clock.ts";
import { createReadyCheck, type ReadyReport } from "./service/jobs/check-ready.ts";

// Read when the app loads, so that wrong settings stop it there.
const current = readConfig(process.env);
for (const warning of current.warnings) console.warn(warning);

/** The settings. */
export function config(): Config {
  return current;
}

let built: Promise<Services> | undefined;

/** The ports, for what the service does by itself; loaded and built when first asked for, so that a start costs little. What failed is tried again. */
export function services(): Promise<Services> {
  built ??= import("./create-services.ts").then(({ createServices }) => createServices(current));
  built.catch(() => {
    built = undefined;
  });
  return built;
}

/** The ports, for what a caller asks for. */
export async function servicesFor({ scope }: Caller): Promise<Services & Scoped> {
  return { ...(await services()), scope };
}

/** Writes about failures in queue and timer functions, one line a minute for each cause. */
export const failureLog: FailureLog = createFailureLog(systemClock);

/** Writes why the service is not ready. Apart from `failureLog`, or the readiness that a start asks for would hide the line about jobs that wait. */
export const readinessLog: FailureLog = createFailureLog(systemClock);

let readyCheck: ReturnType<typeof createReadyCheck> | undefined;

/** Whether storage and the backend can be reached. */
export async function checkReadiness(): Promise<ReadyReport> {
  readyCheck ??= createReadyCheck(await services());
  return readyCheck();
}

/** What functions ask for: a key, where keys are in use. */
export const authLevel: "function" | "anonymous" = current.auth === "key" ? "function" : "anonymous";

const guard = createCheckOrigin({
  loopbackOnly: current.auth === "none" || current.backend === "local",
  cookies: current.auth === "entra",
  publicUrl: current.publicUrl,
});
const identify = createAuthorize(current);

/** How many calls of each kind are under way at once. */
export const concurrency = createConcurrencyLimits();

/** Wraps the HTTP functions: each is told who calls. */
export const withCaller = createWrapHandler<Caller>((request) => {
  guard(request);
  return identify(request);
}, concurrency);

/** Wraps what is told to anybody. */
export const withoutCaller = createWrapHandler<undefined>((request) => {
  guard(request);
  return undefined;
}, concurrency);

const registered: Endpoint[] = [];

/** The calls that are registered so far. */
export const endpoints: readonly Endpoint[] = registered;

/** Adds a call to the list as it is registered. */
export const recordEndpoint = createRecordEndpoint(registered);
