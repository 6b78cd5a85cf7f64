import type { OpenJobs } from "../../core/ports/open-jobs.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import { isUnreadableRecord } from "../../core/records/is-unreadable-record.ts";
import type { Clock } from "../../lib/clock.ts";

interface PutAsidePorts {
  readonly openJobs: OpenJobs;
  readonly clock: Clock;
}

/** Time between two looks of healing at a record that cannot be read, in case somebody restored it. */
export const unreadableMs = 60 * 60_000;
/** The same for the poll, which takes longer times for those of a clock that was set back. */
const pollAgainMs = 10 * 60_000;

/** Does some work on a job. When its record cannot be read, healing leaves it for an hour, and the poll for ten minutes. */
export async function postponeUnreadable<T>(
  { openJobs, clock }: PutAsidePorts,
  name: string,
  work: () => Promise<T>,
  options: CallOptions,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isUnreadableRecord(error)) {
      const after = (ms: number) => new Date(clock.now().getTime() + ms).toISOString();
      await openJobs.merge(name, { next_poll_at: after(pollAgainMs), heal_at: after(unreadableMs) }, options);
    }
    throw error;
  }
}
