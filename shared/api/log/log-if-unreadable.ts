import type { InvocationContext } from "@azure/functions";
import { isUnreadableRecord } from "../../core/records/is-unreadable-record.ts";
import type { FailureLog } from "./failure-log.ts";

/**
 * Runs `work` for a queue message. The error of a job whose record cannot be read is logged and not thrown, because a
 * retry of the message would fail again.
 * @throws any other error of `work`.
 */
export async function logIfUnreadable(
  work: () => Promise<void>,
  log: FailureLog,
  context: Pick<InvocationContext, "warn" | "error">,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isUnreadableRecord(error)) throw error;
    log("A job is skipped until its record can be read", error, context);
  }
}
