import { isServiceError } from "../../../core/errors.ts";
import type { Clock } from "../../../lib/clock.ts";
import { isErrno } from "../folder/job-files.ts";

const attempts = 5;
const firstWaitMs = 500;
const longestWaitMs = 30_000;
/** Waits for calls that fail while storage answers others, all those of one job together. */
const patienceMs = 10 * 60_000;
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
 * Repeats a call to storage until it succeeds. An outage of storage is waited out, however long it lasts. A call that fails
 * while storage answers others ends: at once with a refusal that no retry can change, after five attempts with an unknown
 * error, and with an error that says "later" when the job's patience is used up.
 * @throws the last error, or the signal's reason when it is aborted.
 */
export type RetryUntilStored = (call: () => Promise<void>) => Promise<void>;

export interface RetryOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** A small call to the same storage, which distinguishes an outage from a single call that fails. */
  readonly probe: () => Promise<unknown>;
}

/** Retries for one job. */
export function createRetryUntilStored({ clock, signal, probe }: RetryOptions): RetryUntilStored {
  let leftMs = patienceMs;

  /** Whether there is still reason to try. */
  async function mayHelp(error: unknown, failures: number, waitMs: number): Promise<boolean> {
    if (isPermanent(error)) return false;
    if (!saysLater(error)) return failures < attempts;
    if (!(await succeeds(probe))) return true;
    leftMs -= waitMs;
    return leftMs >= 0;
  }

  return async (call) => {
    let failures = 0;
    for (let waitMs = firstWaitMs; ; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
      signal.throwIfAborted();
      try {
        await call();
        return;
      } catch (error) {
        signal.throwIfAborted();
        failures += 1;
        if (!(await mayHelp(error, failures, waitMs))) throw error;
      }
      await clock.sleep(waitMs, signal);
    }
  };
}

async function succeeds(probe: () => Promise<unknown>): Promise<boolean> {
  return probe().then(
    () => true,
    () => false,
  );
}

/** Also a refused identity: it is refused everywhere, so the probe fails with it. */
function saysLater(error: unknown): boolean {
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
