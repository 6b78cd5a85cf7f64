import type { OpenJobs } from "../../core/ports/open-jobs.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import { isUnreadableRecord } from "../../core/records/is-unreadable-record.ts";
import type { Clock } from "../../lib/clock.ts";

interface PostponeUnreadablePorts {
  readonly openJobs: OpenJobs;
  readonly clock: Clock;
}

/** Time between two attempts of healing to read an unreadable record, which an operator may have restored. */
export const unreadableMs = 60 * 60_000;
/** The same for the poll, which treats a longer time as one from before the clock was set back. */
const pollMs = 10 * 60_000;

/**
 * Runs an operation on a job. If its record is unreadable, healing is due in an hour, the poll in ten minutes, and the
 * error is thrown.
 */
export async function postponeUnreadable<T>(
  { openJobs, clock }: PostponeUnreadablePorts,
  name: string,
  work: () => Promise<T>,
  options: CallOptions,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isUnreadableRecord(error)) {
      const after = (ms: number) => new Date(clock.now().getTime() + ms).toISOString();
      await openJobs.merge(name, { next_poll_at: after(pollMs), heal_at: after(unreadableMs) }, options);
    }
    throw error;
  }
}
