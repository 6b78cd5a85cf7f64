import type { InvocationContext } from "@azure/functions";
import { isUnreadableRecord } from "../../core/records/is-unreadable-record.ts";
import type { FailureLog } from "./failure-log.ts";

/** Runs the work of a message. A job whose record cannot be read is a line in the log: sent again, the message would fail again. */
export async function logIfUnreadable(
  work: () => Promise<void>,
  log: FailureLog,
  context: Pick<InvocationContext, "warn" | "error">,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isUnreadableRecord(error)) throw error;
    log("A job is left alone until its record can be read", error, context);
  }
}
