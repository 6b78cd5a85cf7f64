import type { InvocationContext } from "@azure/functions";
import type { ServiceError } from "../../core/errors.ts";
import { outageLine, reasonOf } from "../../core/ports/outage.ts";
import { withoutNumbers } from "./failure-log.ts";

/** A tick of the poll: jobs that were due, those of them that were left, why the backend could not be asked, and jobs of other backends. */
interface Tick {
  readonly due: number;
  readonly left: number;
  readonly outage?: ServiceError;
  readonly pause?: Date;
  readonly others?: string;
}

type Told = Pick<InvocationContext, "log" | "warn">;

const againMs = 10 * 60_000;

/**
 * Writes of an outage of the backend when it begins, when its reason changes, every ten minutes while it lasts, and when it is
 * over. Of other backends' jobs it writes once.
 */
export function createBackendOutageLog(now: () => number = Date.now): (tick: Tick, context: Told) => void {
  let told: { readonly reason: string; readonly at: number } | undefined;
  let toldOthers: string | undefined;
  /** Whether it is news that the backend cannot be asked. */
  const isNews = (reason: string) => {
    // The clock may have been set back since the last line.
    if (told?.reason === reason && Math.abs(now() - told.at) < againMs) return false;
    told = { reason, at: now() };
    return true;
  };
  return ({ due, left, outage, pause, others }, context) => {
    if (others !== undefined && toldOthers !== withoutNumbers(others)) {
      toldOthers = withoutNumbers(others);
      context.warn(others);
    }
    if (outage !== undefined) {
      if (isNews(reasonOf(outage))) context.warn(`The backend could not be asked: ${outageLine(outage)}.`);
    } else if (pause !== undefined) {
      if (due > 0 && isNews("throttled"))
        context.warn(`The backend could not be asked: throttled: it asked for a pause until ${pause.toISOString()}.`);
    } else if (told !== undefined && due > left) {
      // A tick that asked about nothing knows nothing.
      told = undefined;
      context.log("The backend can be asked again.");
    }
  };
}
