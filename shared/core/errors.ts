import type { ErrorCode } from "./error-status.ts";
import type { Issue } from "./issues.ts";
import type { OutageReason } from "./records/notice.ts";

interface Details {
  readonly issues?: readonly Issue[];
  /** Seconds after which a retry makes sense. */
  readonly retryAfterSeconds?: number | undefined;
  /** Of an outage (`unavailable`, `throttled`): why the other side could not be asked. */
  readonly reason?: OutageReason | undefined;
  /** Members added to the problem document, e.g. the `name` of a job whose commit is unknown. */
  readonly extra?: Readonly<Record<string, unknown>>;
  /** Headers added to the answer, e.g. Content-Range of a 416. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** Thrown by operations and adapters when the caller can act on what went wrong; anything else thrown is an opaque 500. */
export class ServiceError extends Error {
  override readonly name = "ServiceError";
  readonly code: ErrorCode;
  readonly issues: readonly Issue[];
  readonly retryAfterSeconds: number | undefined;
  readonly reason: OutageReason | undefined;
  readonly extra: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ErrorCode, message: string, details: Details = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.issues = details.issues ?? [];
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.reason = details.reason;
    this.extra = details.extra ?? {};
    this.headers = details.headers ?? {};
  }
}

/** True for a ServiceError of this code. */
export function isServiceError(error: unknown, code?: ErrorCode): error is ServiceError {
  return error instanceof ServiceError && (code === undefined || error.code === code);
}

/** The answer to a name that no job has, or that no job can have. */
export function jobNotFound(name: string): ServiceError {
  return new ServiceError("job_not_found", `There is no job ${JSON.stringify(name.slice(0, 300))}.`);
}
