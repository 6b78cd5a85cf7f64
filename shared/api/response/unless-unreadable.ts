import type { InvocationContext } from "@azure/functions";
import { isUnreadable } from "../../core/records/is-unreadable.ts";
import type { FailureLog } from "../log/failure-log.ts";

/** Runs the work of a message. A job whose record cannot be read is a line in the log: sent again, the message would fail again. */
export async function unlessUnreadable(
  work: () => Promise<void>,
  log: FailureLog,
  context: Pick<InvocationContext, "warn" | "error">,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    log("A job is left alone until its record can be read", error, context);
  }
}
