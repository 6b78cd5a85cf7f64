import { type Budgets, type Place, retrySeconds } from "./budgets.ts";

/** How long a call may wait for a job. */
export interface WaitPlace {
  readonly place: Place;
  readonly seconds: number;
  /** Headers of an answer that came sooner than was asked for, as there are too many waits. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Longer than for other calls: a client that waits has time. */
const waitRetrySeconds = 5 * retrySeconds;

/** A place for a call that waits for a job. With too many waits already, it is a call like others, and is answered at once. */
export async function enterWait(
  { waits, calls }: Pick<Budgets, "waits" | "calls">,
  seconds: number,
  signal: AbortSignal,
): Promise<WaitPlace> {
  const place = seconds > 0 ? waits.tryEnter() : undefined;
  if (place !== undefined) return { place, seconds, headers: {} };
  return {
    place: await calls.enter(signal),
    seconds: 0,
    headers: seconds > 0 ? { "retry-after": String(waitRetrySeconds) } : {},
  };
}
