/**
 * Retry policies of functions and of host.json.
 * @see https://learn.microsoft.com/azure/azure-functions/functions-bindings-error-pages#retry-policies
 */

import type { Clock } from "../../../shared/lib/clock.ts";
import { defined } from "../../../shared/lib/defined.ts";
import { backOffMs, randomJitter } from "../queues/back-off.ts";
import type { HostJson } from "../settings/host-json.ts";
import type { RegisteredFunction, RetryContext, RetryOptions } from "./core-types.ts";

export interface RetryPolicy {
  /** -1 for no limit. */
  readonly maxRetryCount: number;
  delayMs(retryCount: number): number;
}

/** Retry settings in the form of host.json, with times in milliseconds. */
type RetrySettings = NonNullable<HostJson["retry"]>;

/** Returns the policy of the function, or else that of host.json; undefined if both are missing. */
export function retryPolicy(
  fn: RegisteredFunction,
  appWide: HostJson["retry"],
  jitter: () => number = randomJitter,
): RetryPolicy | undefined {
  const settings = fn.retryOptions === undefined ? appWide : toSettings(fn.retryOptions);
  if (settings === undefined) return undefined;
  const { maxRetryCount } = settings;
  if (settings.strategy === "fixedDelay") return { maxRetryCount, delayMs: () => settings.delayInterval };
  const { minimumInterval, maximumInterval } = settings;
  return { maxRetryCount, delayMs: (count) => backOffMs(count, minimumInterval, maximumInterval, jitter()) };
}

function toSettings(options: RetryOptions): RetrySettings {
  const { retryStrategy: strategy, maxRetryCount } = options;
  if (strategy === "fixedDelay") return { strategy, maxRetryCount, delayInterval: milliseconds(options.delayInterval) };
  const minimumInterval = milliseconds(options.minimumInterval);
  const maximumInterval = milliseconds(options.maximumInterval);
  return { strategy, maxRetryCount, minimumInterval, maximumInterval };
}

const milliseconds = (duration: { readonly seconds: number } | undefined) => (duration?.seconds ?? 0) * 1000;

/**
 * Runs `attempt` until it succeeds or the policy allows no more retries. With a policy, each attempt receives a retry
 * context.
 * @throws the error of the last attempt, also when `signal` aborts the wait.
 */
export async function withRetries<T>(
  policy: RetryPolicy | undefined,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
  attempt: (context: RetryContext | undefined) => Promise<T>,
): Promise<T> {
  if (policy === undefined) return attempt(undefined);
  const { maxRetryCount } = policy;
  let exception: RetryContext["exception"];
  for (let retryCount = 0; ; retryCount += 1) {
    try {
      return await attempt({ retryCount, maxRetryCount, ...defined({ exception }) });
    } catch (error) {
      if (retryCount === maxRetryCount) throw error;
      await clock.sleep(policy.delayMs(retryCount), signal);
      if (signal.aborted) throw error;
      exception = toException(error);
    }
  }
}

function toException(error: unknown): NonNullable<RetryContext["exception"]> {
  if (!(error instanceof Error)) return { source: "", message: String(error) };
  return { source: "", message: error.message, stackTrace: error.stack ?? "" };
}
