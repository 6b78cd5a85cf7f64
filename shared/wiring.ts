/** The composition root: the ports and settings of all functions, built once. */
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

// Read when the app loads, so that invalid settings stop the start.
const current = readConfig(process.env);
for (const warning of current.warnings) console.warn(warning);

/** The settings. */
export function config(): Config {
  return current;
}

let built: Promise<Services> | undefined;

/**
 * The ports for queue and timer functions and unscoped requests. They are loaded and built at the first call, which
 * keeps the start short; a failed attempt is repeated at the next call.
 */
export function services(): Promise<Services> {
  built ??= import("./create-services.ts").then(({ createServices }) => createServices(current));
  built.catch(() => {
    built = undefined;
  });
  return built;
}

/** The ports for a request of a caller. */
export async function servicesFor({ scope }: Caller): Promise<Services & Scoped> {
  return { ...(await services()), scope };
}

/** Logs failures of queue and timer functions, one line per minute and cause. */
export const failureLog: FailureLog = createFailureLog(systemClock);

/**
 * Logs failed readiness checks. Separate from `failureLog`, because a readiness check at start would otherwise suppress
 * the line about waiting jobs.
 */
export const readinessLog: FailureLog = createFailureLog(systemClock);

let readyCheck: ReturnType<typeof createReadyCheck> | undefined;

/** Checks whether storage and the backend can be reached. */
export async function checkReadiness(): Promise<ReadyReport> {
  readyCheck ??= createReadyCheck(await services());
  return readyCheck();
}

/** Authorization level of functions that need a caller. */
export const authLevel: "function" | "anonymous" = current.auth === "key" ? "function" : "anonymous";

const checkOrigin = createCheckOrigin({
  loopbackOnly: current.auth === "none" || current.backend === "local",
  cookies: current.auth === "entra",
  publicUrl: current.publicUrl,
});
const authorize = createAuthorize(current);

/** Limits of concurrent requests. */
export const concurrency = createConcurrencyLimits();

/** Wraps the handlers of authenticated endpoints and passes them the caller. */
export const withCaller = createWrapHandler<Caller>((request) => {
  checkOrigin(request);
  return authorize(request);
}, concurrency);

/** Wraps the handlers of unauthenticated endpoints. */
export const withoutCaller = createWrapHandler<undefined>((request) => {
  checkOrigin(request);
  return undefined;
}, concurrency);

const recorded: Endpoint[] = [];

/** The endpoints recorded so far. */
export const endpoints: readonly Endpoint[] = recorded;

/** Adds an endpoint to `endpoints` and returns its options for `app.http`. */
export const recordEndpoint = createRecordEndpoint(recorded);
