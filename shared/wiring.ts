/** The composition root: what the triggers ask for, built once, from the settings. */
import { type Caller, callerOf } from "./api/caller.ts";
import { createRespond } from "./api/respond.ts";
import { type Config, readConfig } from "./config.ts";
import type { Services } from "./create-services.ts";
import { createReadyCheck, type Readiness } from "./service/check-ready.ts";

// Read when the app loads, so that wrong settings stop it there.
const current = readConfig(process.env);

/** The settings. */
export function config(): Config {
  return current;
}

let built: Promise<Services> | undefined;

/** The ports; loaded and built when first asked for, so that a start costs little. What failed is tried again. */
export function services(): Promise<Services> {
  built ??= import("./create-services.ts").then(({ createServices }) => createServices(current));
  built.catch(() => {
    built = undefined;
  });
  return built;
}

let readyCheck: ReturnType<typeof createReadyCheck> | undefined;

/** Whether storage and the backend can be reached. */
export async function ready(): Promise<Readiness> {
  readyCheck ??= createReadyCheck(await services());
  return readyCheck();
}

/** Who calls, as far as this service asks. */
export function caller(): Caller {
  return callerOf(current.auth);
}

/** What functions ask for: a key, where keys are in use. */
export const authLevel: "function" | "anonymous" = current.auth === "key" ? "function" : "anonymous";

/** Wraps every HTTP function. Where no key is asked for, or jobs are commands on this machine, only this machine may call. */
export const respond = createRespond({ loopbackOnly: () => current.auth === "none" || current.backend === "local" });
