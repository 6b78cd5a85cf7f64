/** Retry policies: of a function, else of host.json. @see https://learn.microsoft.com/azure/azure-functions/functions-bindings-error-pages#retry-policies */

import { defined } from "../../../shared/lib/defined.ts";
import type { Clock } from "../clock.ts";
import { backOffMs, randomJitter } from "../queues/back-off.ts";
import type { HostJson } from "../settings/host-json.ts";
import type { RegisteredFunction, RetryContext } from "./core-types.ts";

export interface RetryPolicy {
  /** -1 is for ever. */
  readonly maxRetryCount: number;
  delayMs(retryCount: number): number;
}

const ms = (duration: { seconds: number } | undefined) => (duration?.seconds ?? 0) * 1000;

/** The policy of a function, if there is any. */
export function retryPolicy(
  fn: RegisteredFunction,
  appWide: HostJson["retry"],
  jitter: () => number = randomJitter,
): RetryPolicy | undefined {
  const own = fn.retryOptions;
  if (own !== undefined) {
    const { maxRetryCount } = own;
    if (own.retryStrategy === "fixedDelay") return { maxRetryCount, delayMs: () => ms(own.delayInterval) };
    return {
      maxRetryCount,
      delayMs: (count) => backOffMs(count, ms(own.minimumInterval), ms(own.maximumInterval), jitter()),
    };
  }
  if (appWide === undefined) return undefined;
  const { maxRetryCount } = appWide;
  if (appWide.strategy === "fixedDelay") return { maxRetryCount, delayMs: () => appWide.delayInterval };
  return {
    maxRetryCount,
    delayMs: (count) => backOffMs(count, appWide.minimumInterval, appWide.maximumInterval, jitter()),
  };
}

/**
 * Runs `attempt` until it succeeds or the policy is used up. It learns of the attempts before it from the first one on.
 * @throws what the last attempt threw; also when `signal` ends the waiting.
 */
export async function withRetries<T>(
  policy: RetryPolicy | undefined,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
  attempt: (context: RetryContext | undefined) => Promise<T>,
): Promise<T> {
  if (policy === undefined) return attempt(undefined);
  let exception: RetryContext["exception"];
  for (let retryCount = 0; ; retryCount += 1) {
    try {
      return await attempt({
        retryCount,
        maxRetryCount: policy.maxRetryCount,
        ...defined({ exception }),
      });
    } catch (error) {
      if (retryCount === policy.maxRetryCount) throw error;
      await clock.sleep(policy.delayMs(retryCount), signal);
      if (signal.aborted) throw error;
      exception = {
        source: "",
        message: error instanceof Error ? error.message : String(error),
        ...(error instanceof Error && { stackTrace: error.stack ?? "" }),
      };
    }
  }
}
