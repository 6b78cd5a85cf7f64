import { isServiceError, type ServiceError } from "../errors.ts";

/** True for the error of a record that cannot be read, which no retry changes. */
export function isUnreadableRecord(error: unknown): error is ServiceError {
  return isServiceError(error, "record_damaged") || isServiceError(error, "record_too_new");
}
