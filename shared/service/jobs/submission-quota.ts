import { ServiceError } from "../../core/errors.ts";
import type { IndexPage, JobIndex } from "../../core/ports/job-index.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import type { Clock } from "../../lib/clock.ts";
import { isAheadOfClock } from "../../lib/clock-jumps.ts";
import { defined } from "../../lib/defined.ts";

/** Limits the number of jobs that one owner may submit in a minute, so that other owners have capacity too. */
export interface SubmissionQuota {
  /** Counts a submission. @throws ServiceError `quota_exceeded` with the time after which another one is accepted. */
  admit(owner: string, options?: CallOptions): Promise<void>;
}

export interface QuotaPorts {
  readonly index: JobIndex;
  readonly clock: Clock;
}

const minuteMs = 60_000;
const pageSize = 200;

/**
 * Counts submissions to this instance in memory, so that a rejection needs no storage call, and those to other
 * instances in the index. Submissions that run on other instances at the same moment are not counted, so a burst may
 * exceed the limit.
 */
export function createSubmissionQuota({ index, clock }: QuotaPorts, perMinute: number): SubmissionQuota {
  const admitted = new Map<string, number[]>();

  function deleteExpired(now: number): void {
    for (const [owner, times] of admitted) {
      // A time in the future was counted before the clock was set back.
      const recent = times.filter((time) => time >= now - minuteMs && time <= now);
      if (recent.length === 0) admitted.delete(owner);
      else if (recent.length < times.length) times.splice(0, times.length, ...recent);
    }
  }

  return {
    async admit(owner, options) {
      const now = clock.now().getTime();
      deleteExpired(now);
      const times = admitted.get(owner) ?? [];
      admitted.set(owner, times);
      if (times.length >= perMinute) throw exceeded(perMinute, times[times.length - perMinute] ?? now, now);
      // Counted before the index query, during which the same owner may submit more.
      times.push(now);
      const earlier = await submitted(index, owner, now, perMinute, options);
      const first = earlier[perMinute - 1];
      if (first === undefined) return;
      times.splice(times.indexOf(now), 1);
      throw exceeded(perMinute, first, now);
    },
  };
}

/**
 * Submission times of the owner's last jobs, newest first. Empty if the index cannot be read: the count of this
 * instance remains.
 */
async function submitted(
  index: JobIndex,
  owner: string,
  now: number,
  limit: number,
  options: CallOptions = {},
): Promise<readonly number[]> {
  const query = { owner, created_after: new Date(now - minuteMs), limit: Math.min(limit, pageSize) };
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
    } while (page.continuation !== undefined && times.length < limit);
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
