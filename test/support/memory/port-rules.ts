import { ServiceError } from "../../../shared/core/errors.ts";
import type { CallOptions } from "../../../shared/core/ports/ports.ts";

/** The error of a create or a conditional write that finds another value. */
export function conflict(what: string): ServiceError {
  return new ServiceError("conflict", `${what} is not as it was.`);
}

/** Throws if the signal is aborted, as a request of an adapter does. */
export function checkSignal({ signal }: CallOptions = {}): void {
  signal?.throwIfAborted();
}

/** Compares texts by UTF-16 units, as storage sorts them. */
export function byText(a: string, b: string): number {
  return a < b ? -1 : 1;
}
