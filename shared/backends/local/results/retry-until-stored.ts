import { isServiceError } from "../../../core/errors.ts";
import type { Clock } from "../../../lib/clock.ts";
import { isErrno } from "../../../lib/is-errno.ts";

const maxAttempts = 5;
const firstWaitMs = 500;
const maxWaitMs = 30_000;
/** Total wait for the failing calls of one job while other calls to storage succeed. */
const maxTotalWaitMs = 10 * 60_000;
/** Errors of a file that no retry can read. */
export const unreadable = [
  "ENOENT",
  "ENOTDIR",
  "EACCES",
  "EPERM",
  "ELOOP",
  "ENAMETOOLONG",
  "EISDIR",
  "EINVAL",
  "EIO",
  "ENXIO",
] as const;

/**
 * Retries a call to storage until it succeeds, for as long as an outage of storage lasts. While other calls to storage
 * succeed, retries are limited: none after a permanent error, five attempts after an unknown error, and ten minutes for
 * each job after errors such as `unavailable`.
 * @throws the last error, or the signal's reason if it is aborted.
 */
export type RetryUntilStored = <T>(call: () => Promise<T>) => Promise<T>;

export interface RetryOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** A small call to the same storage, which distinguishes an outage from one failing call. */
  readonly probe: () => Promise<unknown>;
}

/** Creates the retries of one job. */
export function createRetryUntilStored({ clock, signal, probe }: RetryOptions): RetryUntilStored {
  let remainingMs = maxTotalWaitMs;

  async function shouldRetry(error: unknown, failures: number, waitMs: number): Promise<boolean> {
    if (isPermanent(error)) return false;
    if (!isTransient(error)) return failures < maxAttempts;
    if (!(await succeeds(probe))) return true;
    remainingMs -= waitMs;
    return remainingMs >= 0;
  }

  return async (call) => {
    let failures = 0;
    for (let waitMs = firstWaitMs; ; waitMs = Math.min(waitMs * 2, maxWaitMs)) {
      signal.throwIfAborted();
      try {
        return await call();
      } catch (error) {
        signal.throwIfAborted();
        failures += 1;
        if (!(await shouldRetry(error, failures, waitMs))) throw error;
      }
      await clock.sleep(waitMs, signal);
    }
  };
}

function succeeds(probe: () => Promise<unknown>): Promise<boolean> {
  return probe().then(
    () => true,
    () => false,
  );
}

/** Also true for a rejected identity: the probe then fails too, so it is treated as an outage. */
function isTransient(error: unknown): boolean {
  return (
    isServiceError(error, "unavailable") ||
    isServiceError(error, "throttled") ||
    [401, 403].includes(statusOf(error) ?? 0)
  );
}

function isPermanent(error: unknown): boolean {
  const status = statusOf(error);
  if (status !== undefined) return status >= 400 && status < 500 && ![401, 403, 408, 409, 412, 429].includes(status);
  return isErrno(error, ...unreadable);
}

function statusOf(error: unknown): number | undefined {
  return error instanceof Error && "statusCode" in error && typeof error.statusCode === "number"
    ? error.statusCode
    : undefined;
}
