/** How every storage call is made: within a time limit, retries included, and with errors that carry no secret. */
import { setTimeout as pause } from "node:timers/promises";
import { ServiceError } from "../../core/errors.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import type { OutageReason } from "../../core/records/notice.ts";
import { rejectOnAbort } from "../../lib/reject-on-abort.ts";
import { describeOutageReason, storageOutageReason } from "./outage-reason.ts";
import type { StorageResource } from "./storage-account.ts";

/** An answer of storage that refuses; made anew from the SDK's error, whose request holds keys and signatures. */
export class StorageRefusal extends Error {
  override readonly name = "StorageRefusal";
  readonly statusCode: number | undefined;
  readonly code: string | undefined;
  readonly requestId: string | undefined;
  /** From the Retry-After header. */
  readonly retryAfterSeconds: number | undefined;

  constructor(error: unknown) {
    const { statusCode, code, details, response, message } = error as SdkError;
    // What follows the first line repeats headers of the request.
    super(message?.split("\n")[0]?.slice(0, 500) ?? String(error));
    this.statusCode = statusCode;
    this.code = code ?? details?.errorCode ?? details?.odataError?.code;
    this.requestId = response?.headers?.get("x-ms-request-id") ?? undefined;
    const seconds = Number(response?.headers?.get("retry-after") ?? Number.NaN);
    this.retryAfterSeconds = seconds >= 0 && seconds <= 3600 ? seconds : undefined;
  }
}

interface SdkError {
  readonly statusCode?: number;
  readonly code?: string;
  readonly message?: string;
  readonly details?: { readonly errorCode?: string; readonly odataError?: { readonly code?: string } };
  readonly response?: { readonly headers?: { get(name: string): string | undefined } };
}

export interface StorageCallOptions extends CallOptions {
  /** Bytes that the call moves: they add to the time that it may take. */
  readonly bytes?: number;
  /** 1 for what cannot be done again. */
  readonly maxTries?: number;
}

/**
 * Runs one call. `what` says in errors what was done.
 * @throws ServiceError `unavailable` for an outage or when the time is up, `conflict` for 409 and 412; StorageRefusal for
 * any other refusal; the signal's reason when the caller gave up.
 */
export type StorageCall = <T>(
  what: string,
  run: (signal: AbortSignal) => Promise<T>,
  options?: StorageCallOptions,
) => Promise<T>;

const maxTries = 3;
/** A line so slow that it moves less than this is taken for dead. */
const bytesPerMs = 1024;

export interface StorageCallSettings {
  /** Whether the disk that storage writes to is full, where that can be found out: an emulator answers 500 for it, or never. */
  readonly isDiskFull?: () => Promise<boolean>;
  /** What one call may take, retries included. */
  readonly timeoutMs: number;
  readonly firstDelayMs?: number;
  /** Called with each outage that a call ends with. */
  readonly onOutage?: (error: ServiceError) => void;
  /** Called with each try that gets no answer, also where the next one does. */
  readonly onNoResponse?: () => void;
}

export function createStorageCall({
  timeoutMs,
  firstDelayMs = 100,
  isDiskFull: isFull = async () => false,
  onOutage,
  onNoResponse: onSilence,
}: StorageCallSettings): StorageCall {
  async function outage(what: string, error: unknown, silence?: string): Promise<ServiceError> {
    const said = silence === undefined ? storageOutageReason(error) : "unreachable";
    const reason = (said === "storage_refused" || said === "unreachable") && (await isFull()) ? "storage_full" : said;
    const seen = unavailable(
      what,
      reason === "unreachable" && silence !== undefined ? silence : describeOutageReason(reason, error),
      error,
      reason,
    );
    onOutage?.(seen);
    return seen;
  }

  return async (what, run, { signal, bytes = 0, maxTries: most = maxTries } = {}) => {
    signal?.throwIfAborted();
    const limitMs = Math.ceil(timeoutMs + bytes / bytesPerMs);
    const limit = new AbortController();
    // AbortSignal.timeout would fire for each call that has long ended.
    const timer = setTimeout(
      () => limit.abort(new DOMException(`The ${limitMs} ms of a call are over.`, "TimeoutError")),
      limitMs,
    );
    const either = signal === undefined ? limit.signal : AbortSignal.any([signal, limit.signal]);
    try {
      for (let tries = 1; ; tries += 1) {
        try {
          // The clients heed the signal, but an identity that they wait for may not.
          return await rejectOnAbort(run(either), either);
        } catch (error) {
          if (!(signal?.aborted ?? false) && (limit.signal.aborted || isSilence(error))) onSilence?.();
          if (either.aborted && (isAbort(error) || error === either.reason)) {
            signal?.throwIfAborted();
            throw await outage(what, error, `no answer within ${limitMs} ms`);
          }
          if (!isOutage(error)) throw refusal(what, error);
          // Storage that throttles, or does not let the service in, is not asked again by those who wait for the answer.
          if (tries === most || [401, 403, 429].includes((error as SdkError).statusCode ?? 0))
            throw await outage(what, error);
          await pause(firstDelayMs * 2 ** tries * (0.5 + Math.random() / 2), undefined, { signal: either }).catch(
            () => undefined,
          );
          signal?.throwIfAborted();
          if (limit.signal.aborted) throw await outage(what, error);
        }
      }
    } finally {
      clearTimeout(timer);
    }
  };
}

function unavailable(what: string, why: string, error: unknown, reason: OutageReason): ServiceError {
  const cause = new StorageRefusal(error);
  return new ServiceError("unavailable", `Storage could not ${what}: ${why}.`, {
    cause,
    reason,
    retryAfterSeconds: cause.retryAfterSeconds ?? 2,
  });
}

function refusal(what: string, error: unknown): Error {
  if (error instanceof ServiceError || typeof (error as SdkError).statusCode !== "number") return error as Error;
  const cause = new StorageRefusal(error);
  if (cause.statusCode !== 409 && cause.statusCode !== 412) return cause;
  return new ServiceError("conflict", `Storage could not ${what}: somebody else wrote there meanwhile.`, { cause });
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === "AbortError" || error.name === "TimeoutError");
}

/** No answer, half an answer, one that says "later", or one that refuses the service itself; an identity that gets no token is an outage of the identity. */
function isOutage(error: unknown): boolean {
  const { statusCode, code } = error as SdkError;
  // Nobody asked for it: the blob client says so when a connection is cut in the middle of a body.
  if (isAbort(error)) return true;
  if (typeof statusCode === "number") return [401, 403, 408, 429].includes(statusCode) || statusCode >= 500;
  if (error instanceof Error && /^(CredentialUnavailable|AggregateAuthentication|Authentication)/.test(error.name))
    return true;
  return typeof code === "string" && !code.startsWith("ERR_INVALID_");
}

/** Whether there was no answer at all. */
function isSilence(error: unknown): boolean {
  return isOutage(error) && storageOutageReason(error) === "unreachable";
}

/** Runs one call with a client that is loaded first: a slow load must not use up the time of the call. */
export type ClientCall<Client> = <T>(
  what: string,
  run: (client: Client, signal: AbortSignal) => Promise<T>,
  options?: StorageCallOptions,
) => Promise<T>;

export function callWith<Client>(
  place: Pick<StorageResource<Client>, "client">,
  call: StorageCall,
): ClientCall<Client> {
  return async (what, run, options) => {
    const client = await place.client();
    return call(what, (signal) => run(client, signal), options);
  };
}

/** True for a refusal with this status. */
export function isRefusal(error: unknown, statusCode: number): error is StorageRefusal {
  return error instanceof StorageRefusal && error.statusCode === statusCode;
}

/** What a read gives, undefined when there is nothing. */
export async function undefinedIfNotFound<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (isRefusal(error, 404)) return undefined;
    throw error;
  }
}

/** Runs a write; the container, table or queue that it needs is made when it turns out to be missing. */
export async function createParentIfMissing<T>(make: () => Promise<unknown>, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!isRefusal(error, 404) || !/^(Container|Table|Queue)NotFound$/.test(error.code ?? "")) throw error;
  }
  await make();
  return write();
}
