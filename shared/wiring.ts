/** The composition root: what the triggers ask for, built once, from the settings. */
import { createBudgets } from "./api/access/budgets.ts";
import { type Caller, createIdentify } from "./api/access/caller.ts";
import { createEndpoint, type Endpoint } from "./api/access/endpoints.ts";
import { createGuard } from "./api/access/guard.ts";
import { createFailureLog, type FailureLog } from "./api/log/failure-log.ts";
import { createRespond } from "./api/response/respond.ts";
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
export async function ready(): Promise<ReadyReport> {
  readyCheck ??= createReadyCheck(await services());
  return readyCheck();
}

/** What functions ask for: a key, where keys are in use. */
export const authLevel: "function" | "anonymous" = current.auth === "key" ? "function" : "anonymous";

const guard = createGuard({
  loopbackOnly: current.auth === "none" || current.backend === "local",
  cookies: current.auth === "entra",
  publicUrl: current.publicUrl,
});
const identify = createIdentify(current);

/** How many calls of each kind are under way at once. */
export const budgets = createBudgets();

/** Wraps the HTTP functions: each is told who calls. */
export const respond = createRespond<Caller>((request) => {
  guard(request);
  return identify(request);
}, budgets);

/** Wraps what is told to anybody. */
export const respondToAnyone = createRespond<undefined>((request) => {
  guard(request);
  return undefined;
}, budgets);

const registered: Endpoint[] = [];

/** The calls that are registered so far. */
export const endpoints: readonly Endpoint[] = registered;

/** Adds a call to the list as it is registered. */
export const endpoint = createEndpoint(registered);
