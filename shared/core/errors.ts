import type { Issue } from "./issues.ts";
import type { OutageReason } from "./records/notice.ts";

/** Every code that a caller can meet, with the HTTP status that it answers. */
export const errorStatus = {
  invalid_request: 400,
  invalid_job: 400,
  invalid_bundle: 400,
  invalid_name: 400,
  invalid_query: 400,
  name_mismatch: 400,
  empty_body: 400,
  unauthenticated: 401,
  not_loopback: 403,
  foreign_origin: 403,
  forbidden: 403,
  job_not_found: 404,
  log_not_found: 404,
  output_not_found: 404,
  bundle_not_found: 404,
  schema_not_found: 404,
  route_not_found: 404,
  method_not_allowed: 405,
  not_acceptable: 406,
  request_timeout: 408,
  name_taken: 409,
  job_exists: 409,
  job_already_finished: 409,
  job_not_finished: 409,
  conflict: 409,
  precondition_failed: 412,
  body_too_large: 413,
  file_too_large: 413,
  edits_too_large: 413,
  unsupported_media_type: 415,
  range_not_satisfiable: 416,
  unsupported_by_backend: 422,
  idempotency_mismatch: 422,
  throttled: 429,
  too_many_requests: 429,
  quota_exceeded: 429,
  internal_error: 500,
  record_damaged: 500,
  record_too_new: 500,
  unavailable: 503,
} as const satisfies Record<string, number>;

export type ErrorCode = keyof typeof errorStatus;

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
