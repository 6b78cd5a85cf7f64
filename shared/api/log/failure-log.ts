import type { InvocationContext } from "@azure/functions";
import { isServiceError } from "../../core/errors.ts";
import { isOutage, outageLine, reasonOf } from "../../core/ports/outage.ts";
import type { Clock } from "../../lib/clock.ts";

/** Logs a failure. `summary` is the start of the line, for example "Job iris could not be repaired". */
export type FailureLog = (summary: string, error: unknown, context: Pick<InvocationContext, "warn" | "error">) => void;

const repeatMs = 60_000;
const maxCauses = 50;

/**
 * Creates a log with one line per minute and cause, because during an outage the calls of all jobs fail. Unexpected
 * errors are logged with their stack.
 */
export function createFailureLog({ now }: Pick<Clock, "now">): FailureLog {
  /** By cause, the time of the last line and the number of failures since then. */
  const logged = new Map<string, { readonly at: number; suppressed: number }>();

  function add(cause: string, at: number): void {
    logged.delete(cause);
    logged.set(cause, { at, suppressed: 0 });
    const [oldest] = logged.keys();
    if (logged.size > maxCauses && oldest !== undefined) logged.delete(oldest);
  }

  return (summary, error, context) => {
    const line = outageLine(error);
    const cause = groupOf(error, line);
    const at = now().getTime();
    const last = logged.get(cause);
    // Absolute difference, because the clock may have been set back since the last line.
    if (last !== undefined && Math.abs(at - last.at) < repeatMs) {
      last.suppressed += 1;
      return;
    }
    add(cause, at);
    const suppressed = last?.suppressed ?? 0;
    const more = suppressed === 0 ? "" : ` Failures of the same cause since the last such line: ${suppressed}.`;
    if (isServiceError(error)) context.warn(`${summary}: ${line}.${more}`);
    else context.error(`${summary}:${more}`, error);
  };
}

/**
 * Failures with the same result are logged together. Outages are grouped by their reason and the name of the remote
 * service.
 */
function groupOf(error: unknown, line: string): string {
  // That name is the first word of an outage's message.
  return isOutage(error) ? `${reasonOf(error)} ${error.message.split(" ", 1)}` : withoutNumbers(line);
}

/** The text with `0` for each number, so that texts which differ only in their numbers are equal. */
export function withoutNumbers(text: string): string {
  return text.replaceAll(/\d+/g, "0");
}
