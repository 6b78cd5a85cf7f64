import { setTimeout as pause } from "node:timers/promises";
import { ServiceError } from "../../core/errors.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import { rejectOnAbort } from "../../lib/reject-on-abort.ts";
import { describeOutageReason, isAbort, isNoResponse, isOutage, outageReason } from "./outage-reason.ts";
import { type SdkError, StorageRefusal } from "./storage-refusal.ts";

export interface StorageCallOptions extends CallOptions {
  /** Size of the transferred content in bytes, which extends the time limit. */
  readonly bytes?: number;
  /** 1 for a call that must not be repeated. */
  readonly maxTries?: number;
}

/**
 * Makes one call to storage, with a time limit and retries.
 * @param action completes "Storage could not ..." in errors.
 * @throws ServiceError `unavailable` for an outage or a timeout, `conflict` for 409 and 412; StorageRefusal for any
 * other error response; the reason of the caller's signal.
 */
export type StorageCall = <T>(
  action: string,
  run: (signal: AbortSignal) => Promise<T>,
  options?: StorageCallOptions,
) => Promise<T>;

export interface StorageCallSettings {
  /** True if the disk of the emulator is full: the emulator then returns 500 or does not respond. */
  readonly isDiskFull?: () => Promise<boolean>;
  /** Time limit of a call, retries included. */
  readonly timeoutMs: number;
  readonly firstDelayMs?: number;
  /** Called with the error of each call that fails with an outage. */
  readonly onOutage?: (error: ServiceError) => void;
  /** Called for each try without a response, also if a later try succeeds. */
  readonly onNoResponse?: () => void;
}

const defaultMaxTries = 3;
/** Minimum transfer rate; a slower transfer times out. */
const minBytesPerMs = 1024;

export function createStorageCall({
  timeoutMs,
  firstDelayMs = 100,
  isDiskFull = async () => false,
  onOutage,
  onNoResponse,
}: StorageCallSettings): StorageCall {
  async function reportOutage(action: string, error: unknown, timeout?: string): Promise<ServiceError> {
    const observedReason = timeout === undefined ? outageReason(error) : "unreachable";
    const mayBeFullDisk = observedReason === "storage_refused" || observedReason === "unreachable";
    const reason = mayBeFullDisk && (await isDiskFull()) ? "storage_full" : observedReason;
    const description =
      reason === "unreachable" && timeout !== undefined ? timeout : describeOutageReason(reason, error);
    const cause = new StorageRefusal(error);
    const retryAfterSeconds = cause.retryAfterSeconds ?? 2;
    const message = `Storage could not ${action}: ${description}.`;
    const outage = new ServiceError("unavailable", message, { cause, reason, retryAfterSeconds });
    onOutage?.(outage);
    return outage;
  }

  /** @throws the error of the call, unless another try may succeed. */
  async function throwUnlessRetryable(
    action: string,
    error: unknown,
    limit: TimeLimit,
    isLast: boolean,
  ): Promise<void> {
    if (!limit.isCanceled() && (limit.hasExpired() || isNoResponse(error))) onNoResponse?.();
    if (limit.signal.aborted && (isAbort(error) || error === limit.signal.reason)) {
      limit.throwIfCanceled();
      throw await reportOutage(action, error, `no response within ${limit.ms} ms`);
    }
    if (!isOutage(error)) throw toCallError(action, error);
    if (isLast || isNotRetried(error)) throw await reportOutage(action, error);
  }

  return async (action, run, { signal, bytes = 0, maxTries = defaultMaxTries } = {}) => {
    signal?.throwIfAborted();
    const limit = startTimeLimit(Math.ceil(timeoutMs + bytes / minBytesPerMs), signal);
    try {
      for (let tries = 1; ; tries += 1) {
        try {
          // The clients support the signal, but the credential that they request a token from may not.
          return await rejectOnAbort(run(limit.signal), limit.signal);
        } catch (error) {
          await throwUnlessRetryable(action, error, limit, tries === maxTries);
          const delayMs = firstDelayMs * 2 ** tries * (0.5 + Math.random() / 2);
          await pause(delayMs, undefined, { signal: limit.signal }).catch(() => undefined);
          limit.throwIfCanceled();
          if (limit.hasExpired()) throw await reportOutage(action, error);
        }
      }
    } finally {
      limit.clear();
    }
  };
}

/** The time limit of a call and the signal of its caller. */
interface TimeLimit {
  readonly ms: number;
  /** Aborted when the time limit expires or the caller cancels. */
  readonly signal: AbortSignal;
  hasExpired(): boolean;
  isCanceled(): boolean;
  throwIfCanceled(): void;
  clear(): void;
}

function startTimeLimit(ms: number, callerSignal: AbortSignal | undefined): TimeLimit {
  const limit = new AbortController();
  // Not AbortSignal.timeout, which also fires for calls that have already ended.
  const timer = setTimeout(
    () => limit.abort(new DOMException(`The time limit of ${ms} ms has expired.`, "TimeoutError")),
    ms,
  );
  return {
    ms,
    signal: callerSignal === undefined ? limit.signal : AbortSignal.any([callerSignal, limit.signal]),
    hasExpired: () => limit.signal.aborted,
    isCanceled: () => callerSignal?.aborted === true,
    throwIfCanceled: () => callerSignal?.throwIfAborted(),
    clear: () => clearTimeout(timer),
  };
}

/** True for throttling and for a rejected identity: these are not retried within the call. */
function isNotRetried(error: unknown): boolean {
  return [401, 403, 429].includes((error as SdkError).statusCode ?? 0);
}

function toCallError(action: string, error: unknown): Error {
  if (error instanceof ServiceError || typeof (error as SdkError).statusCode !== "number") return error as Error;
  const cause = new StorageRefusal(error);
  if (cause.statusCode !== 409 && cause.statusCode !== 412) return cause;
  return new ServiceError("conflict", `Storage could not ${action}: the data has changed in the meantime.`, { cause });
}
