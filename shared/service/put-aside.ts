import type { OpenJob, OpenJobs } from "../core/open-jobs.ts";
import type { CallOptions, Clock } from "../core/ports.ts";
import { isUnreadable } from "../core/read-record.ts";

interface PutAsidePorts {
  readonly openJobs: OpenJobs;
  readonly clock: Clock;
}

/** Interval between two looks at a record that cannot be read: it may have been restored. */
export const unreadableMs = 60 * 60_000;

/** Does some work on a job. When its record cannot be read, neither the poll nor healing looks at it for an hour. */
export async function puttingAside<T>({ openJobs, clock }: PutAsidePorts, name: string, work: () => Promise<T>, options: CallOptions): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isUnreadable(error)) {
      const later = new Date(clock.now().getTime() + unreadableMs).toISOString();
      await openJobs.merge(name, { next_poll_at: later, heal_at: later }, options);
    }
    throw error;
  }
}

/** Clocks of several instances may differ by this. */
const skewMs = 60_000;

/** True while a job is put aside. Only then the poll and healing wait until the same time, which is later than the poll ever waits. */
export function isPutAside({ next_poll_at, heal_at }: OpenJob, now: Date): boolean {
  const waitMs = Date.parse(next_poll_at) - now.getTime();
  return next_poll_at === heal_at && waitMs > 0 && waitMs <= unreadableMs + skewMs;
}
