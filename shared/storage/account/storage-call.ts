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
 * @param what completes "Storage could not ..." in errors.
 * @throws ServiceError `unavailable` for an outage or a timeout, `conflict` for 409 and 412; StorageRefusal for any
 * other error response; the reason of the caller's signal.
 */
export type StorageCall = <T>(
  what: string,
  run: (signal: AbortSignal) => Promise<T>,
  options?: StorageCallOptions,
) => Promise<T>;

export interface StorageCallSettings {
  /** Whether the disk of an emulator is full, for which it responds with a 500 or not at all. */
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
/** A slower connection counts as dead. */
const minBytesPerMs = 1024;

export function createStorageCall({
  timeoutMs,
  firstDelayMs = 100,
  isDiskFull = async () => false,
  onOutage,
  onNoResponse,
}: StorageCallSettings): StorageCall {
  async function reportOutage(what: string, error: unknown, timeout?: string): Promise<ServiceError> {
    const seen = timeout === undefined ? outageReason(error) : "unreachable";
    const mayBeFullDisk = seen === "storage_refused" || seen === "unreachable";
    const reason = mayBeFullDisk && (await isDiskFull()) ? "storage_full" : seen;
    const why = reason === "unreachable" && timeout !== undefined ? timeout : describeOutageReason(reason, error);
    const cause = new StorageRefusal(error);
    const retryAfterSeconds = cause.retryAfterSeconds ?? 2;
    const message = `Storage could not ${what}: ${why}.`;
    const outage = new ServiceError("unavailable", message, { cause, reason, retryAfterSeconds });
    onOutage?.(outage);
    return outage;
  }

  /** @throws the error of the call, unless another try may succeed. */
  async function throwUnlessRetryable(what: string, error: unknown, limit: TimeLimit, isLast: boolean): Promise<void> {
    if (!limit.isCanceled() && (limit.isOver() || isNoResponse(error))) onNoResponse?.();
    if (limit.signal.aborted && (isAbort(error) || error === limit.signal.reason)) {
      limit.throwIfCanceled();
      throw await reportOutage(what, error, `no response within ${limit.ms} ms`);
    }
    if (!isOutage(error)) throw toRefusal(what, error);
    if (isLast || isLasting(error)) throw await reportOutage(what, error);
  }

  return async (what, run, { signal, bytes = 0, maxTries = defaultMaxTries } = {}) => {
    signal?.throwIfAborted();
    const limit = startTimeLimit(Math.ceil(timeoutMs + bytes / minBytesPerMs), signal);
    try {
      for (let tries = 1; ; tries += 1) {
        try {
          // The clients react to the signal, but a credential that they wait for may not.
          return await rejectOnAbort(run(limit.signal), limit.signal);
        } catch (error) {
          await throwUnlessRetryable(what, error, limit, tries === maxTries);
          const delayMs = firstDelayMs * 2 ** tries * (0.5 + Math.random() / 2);
          await pause(delayMs, undefined, { signal: limit.signal }).catch(() => undefined);
          limit.throwIfCanceled();
          if (limit.isOver()) throw await reportOutage(what, error);
        }
      }
    } finally {
      limit.stop();
    }
  };
}

/** The time limit of a call and the signal of its caller. */
interface TimeLimit {
  readonly ms: number;
  /** Aborted when the time is over or the caller cancels. */
  readonly signal: AbortSignal;
  isOver(): boolean;
  isCanceled(): boolean;
  throwIfCanceled(): void;
  stop(): void;
}

function startTimeLimit(ms: number, callerSignal: AbortSignal | undefined): TimeLimit {
  const limit = new AbortController();
  // Not AbortSignal.timeout, which also fires for calls that have already ended.
  const timer = setTimeout(
    () => limit.abort(new DOMException(`The time limit of ${ms} ms is over.`, "TimeoutError")),
    ms,
  );
  return {
    ms,
    signal: callerSignal === undefined ? limit.signal : AbortSignal.any([callerSignal, limit.signal]),
    isOver: () => limit.signal.aborted,
    isCanceled: () => callerSignal?.aborted === true,
    throwIfCanceled: () => callerSignal?.throwIfAborted(),
    stop: () => clearTimeout(timer),
  };
}

/** True for throttling and for a rejected identity: the caller does not wait for a retry of these. */
function isLasting(error: unknown): boolean {
  return [401, 403, 429].includes((error as SdkError).statusCode ?? 0);
}

function toRefusal(what: string, error: unknown): Error {
  if (error instanceof ServiceError || typeof (error as SdkError).statusCode !== "number") return error as Error;
  const cause = new StorageRefusal(error);
  if (cause.statusCode !== 409 && cause.statusCode !== 412) return cause;
  return new ServiceError("conflict", `Storage could not ${what}: the data has changed in the meantime.`, { cause });
}
