import type { InvocationContext } from "@azure/functions";
import type { ServiceError } from "../../core/errors.ts";
import { outageLine, reasonOf } from "../../core/ports/outage.ts";
import { withoutNumbers } from "./failure-log.ts";

/** The part of a `poll-jobs` result that is about the whole backend. */
interface PollResult {
  /** Number of jobs whose status was due to be requested. */
  readonly due: number;
  /** Number of due jobs whose status was not requested. */
  readonly deferred: number;
  /** The error after which no more status was requested. */
  readonly outage?: ServiceError;
  /** End of a pause that the backend requested earlier. */
  readonly pause?: Date;
  /** Message about open jobs of other backends. */
  readonly others?: string;
}

type LogContext = Pick<InvocationContext, "log" | "warn">;

interface Outage {
  readonly reason: string;
  readonly text: string;
}

/** Interval at which a lasting outage is logged again. */
const repeatMs = 10 * 60_000;

/**
 * Creates a log of outages of the backend. An outage is logged when it starts, when its reason changes, every ten
 * minutes while it lasts, and when it ends. A message about jobs of other backends is logged once.
 */
export function createBackendOutageLog(
  now: () => number = Date.now,
): (result: PollResult, context: LogContext) => void {
  let logged: { readonly reason: string; readonly at: number } | undefined;
  let loggedOthers: string | undefined;

  function logOthers(message: string, context: LogContext): void {
    const kind = withoutNumbers(message);
    if (kind === loggedOthers) return;
    loggedOthers = kind;
    context.warn(message);
  }

  function logOutage({ reason, text }: Outage, context: LogContext): void {
    // Absolute difference, because the clock may have been set back since the last line.
    if (logged?.reason === reason && Math.abs(now() - logged.at) < repeatMs) return;
    logged = { reason, at: now() };
    context.warn(`Job status could not be requested from the backend: ${text}.`);
  }

  return (result, context) => {
    if (result.others !== undefined) logOthers(result.others, context);
    const outage = outageOf(result);
    if (outage !== undefined) return logOutage(outage, context);
    // A run without a status request cannot detect the end of the outage.
    if (logged === undefined || result.due <= result.deferred) return;
    logged = undefined;
    context.log("Job status can be requested from the backend again.");
  };
}

function outageOf({ due, outage, pause }: PollResult): Outage | undefined {
  if (outage !== undefined) return { reason: reasonOf(outage), text: outageLine(outage) };
  if (pause === undefined || due === 0) return undefined;
  return { reason: "throttled", text: `throttled: the backend requested a pause until ${pause.toISOString()}` };
}
