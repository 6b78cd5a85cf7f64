/** The composition root: what the triggers ask for, built once from the settings. */
import { type Caller, callerOf } from "./api/caller.ts";
import { createRespond } from "./api/respond.ts";
import { type Config, readConfig } from "./config.ts";
import type { Services } from "./create-services.ts";
import { once } from "./once.ts";
import { createReadyCheck, type Readiness } from "./service/check-ready.ts";

/** The settings. @throws ConfigError naming every one that is wrong. */
export const config: () => Config = once(() => readConfig(process.env));

/** The ports; loaded and built when first asked for, so that a start costs little. */
export const services: () => Promise<Services> = once(async () => (await import("./create-services.ts")).createServices(config()));

const readyCheck = once(async () => createReadyCheck(await services()));

/** Whether storage and the backend can be reached. */
export async function ready(): Promise<Readiness> {
  return (await readyCheck())();
}

/** Who calls, as far as this service asks. */
export function caller(): Caller {
  return callerOf(config().auth);
}

/** What functions ask for: a key, where keys are in use. Read when the app loads, so that wrong settings stop it there. */
export const authLevel: "function" | "anonymous" = config().auth === "key" ? "function" : "anonymous";

/** Wraps every HTTP function. Where no key is asked for, or jobs are commands on this machine, only this machine may call. */
export const respond = createRespond({ loopbackOnly: () => config().auth === "none" || config().backend === "local" });
