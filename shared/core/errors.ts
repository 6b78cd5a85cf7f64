import type { ErrorCode } from "./error-status.ts";
import type { Issue } from "./issues.ts";
import type { OutageReason } from "./records/notice.ts";

interface Details {
  readonly issues?: readonly Issue[];
  /** Recommended delay before a retry, in seconds. */
  readonly retryAfterSeconds?: number | undefined;
  /** The reason of an outage (`unavailable`, `throttled`). */
  readonly reason?: OutageReason | undefined;
  /** Members added to the problem document, e.g. the `name` of a job whose commit is unknown. */
  readonly extra?: Readonly<Record<string, unknown>>;
  /** Headers added to the response, e.g. Content-Range of a 416. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** Thrown by operations and adapters for errors that the caller can act on; any other error becomes an opaque 500. */
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

/** True for a ServiceError; with `code`, only for that code. */
export function isServiceError(error: unknown, code?: ErrorCode): error is ServiceError {
  return error instanceof ServiceError && (code === undefined || error.code === code);
}

/** The error for a name that no job has or can have. */
export function jobNotFound(name: string): ServiceError {
  return new ServiceError("job_not_found", `There is no job ${JSON.stringify(name.slice(0, 300))}.`);
}
