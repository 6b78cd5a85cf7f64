import { ServiceError } from "../../core/errors.ts";
import type { IndexPage, JobIndex } from "../../core/ports/job-index.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import type { Clock } from "../../lib/clock.ts";
import { isAheadOfClock } from "../../lib/clock-jumps.ts";
import { defined } from "../../lib/defined.ts";

/** How many jobs one owner may submit in a minute, so that one who sends without end leaves room for others. */
export interface SubmissionQuota {
  /** Counts a submission in. @throws ServiceError `quota_exceeded` with the time after which there is room again. */
  admit(owner: string, options?: CallOptions): Promise<void>;
}

export interface QuotaPorts {
  readonly index: JobIndex;
  readonly clock: Clock;
}

const minuteMs = 60_000;
const pageSize = 200;

/**
 * Counts by memory what came to this instance, so that who is over the limit costs no storage call, and by the index what came
 * to others. What is under way elsewhere at the same moment is not seen, so a burst over several instances may pass by that much.
 */
export function createSubmissionQuota({ index, clock }: QuotaPorts, perMinute: number): SubmissionQuota {
  const admitted = new Map<string, number[]>();

  function forget(now: number): void {
    for (const [owner, times] of admitted) {
      // A time to come is from before the clock was set back.
      const kept = times.filter((time) => time >= now - minuteMs && time <= now);
      if (kept.length === 0) admitted.delete(owner);
      else if (kept.length < times.length) times.splice(0, times.length, ...kept);
    }
  }

  return {
    async admit(owner, options) {
      const now = clock.now().getTime();
      forget(now);
      const times = admitted.get(owner) ?? [];
      admitted.set(owner, times);
      if (times.length >= perMinute) throw exceeded(perMinute, times[times.length - perMinute] ?? now, now);
      // Counted before the index is asked: others of the same owner come in meanwhile.
      times.push(now);
      const earlier = await submitted(index, owner, now, perMinute, options);
      const first = earlier[perMinute - 1];
      if (first === undefined) return;
      times.splice(times.indexOf(now), 1);
      throw exceeded(perMinute, first, now);
    },
  };
}

/** When the owner's last jobs were submitted, newest first. An index that does not answer stops nobody: this instance still counts. */
async function submitted(
  index: JobIndex,
  owner: string,
  now: number,
  most: number,
  options: CallOptions = {},
): Promise<readonly number[]> {
  const query = { owner, created_after: new Date(now - minuteMs), limit: Math.min(most, pageSize) };
  const times: number[] = [];
  let page: IndexPage | undefined;
  try {
    do {
      page = await index.query({ ...query, ...defined({ continuation: page?.continuation }) }, options);
      times.push(
        ...page.entries
          .map(({ created_at }) => Date.parse(created_at))
          .filter((time) => !isAheadOfClock(time, new Date(now))),
      );
    } while (page.continuation !== undefined && times.length < most);
  } catch {
    return [];
  }
  return times;
}

function exceeded(perMinute: number, first: number, now: number): ServiceError {
  const jobs = perMinute === 1 ? "one job" : `${perMinute} jobs`;
  return new ServiceError("quota_exceeded", `At most ${jobs} may be submitted in a minute; try again later.`, {
    retryAfterSeconds: (first + minuteMs - now) / 1000,
  });
}
