import { isServiceError, type ServiceError } from "../errors.ts";

/** True for the error of an unreadable record, for which retries do not help. */
export function isUnreadableRecord(error: unknown): error is ServiceError {
  return isServiceError(error, "record_damaged") || isServiceError(error, "record_too_new");
}
