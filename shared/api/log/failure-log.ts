import type { InvocationContext } from "@azure/functions";
import { isServiceError } from "../../core/errors.ts";
import { isOutage, outageLine, reasonOf } from "../../core/ports/outage.ts";
import type { Clock } from "../../lib/clock.ts";

/** Writes that something failed, and why. */
export type FailureLog = (what: string, error: unknown, context: Pick<InvocationContext, "warn" | "error">) => void;

const everyMs = 60_000;
const mostCauses = 50;

/**
 * Makes a log of failures with one line a minute for each cause: an outage fails as many calls as there are jobs. An error that
 * no adapter expects comes with its stack.
 */
export function createFailureLog({ now }: Pick<Clock, "now">): FailureLog {
  const written = new Map<string, { at: number; more: number }>();
  return (what, error, context) => {
    const line = outageLine(error);
    // Not `what`, which names a job. An outage is known by its reason, and by the first word of its message, which names the other side.
    const cause = isOutage(error) ? `${reasonOf(error)} ${error.message.split(" ", 1)}` : withoutNumbers(line);
    const at = now().getTime();
    const last = written.get(cause);
    // The clock may have been set back since the last line.
    if (last !== undefined && Math.abs(at - last.at) < everyMs) {
      last.more += 1;
      return;
    }
    const more =
      last === undefined || last.more === 0
        ? ""
        : ` Failures of the same cause since the last such line: ${last.more}.`;
    written.delete(cause);
    written.set(cause, { at, more: 0 });
    const [oldest] = written.keys();
    if (written.size > mostCauses && oldest !== undefined) written.delete(oldest);
    if (isServiceError(error)) context.warn(`${what}: ${line}.${more}`);
    else context.error(`${what}:${more}`, error);
  };
}

/** The text with one digit for each number: texts that differ only in their numbers have one cause. */
export function withoutNumbers(text: string): string {
  return text.replaceAll(/\d+/g, "0");
}
