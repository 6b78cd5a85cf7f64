import { ServiceError } from "../../../shared/core/errors.ts";
import type { CallOptions } from "../../../shared/core/ports/ports.ts";

/** What every memory port throws when a create finds something, or a conditional write something else. */
export function conflict(what: string): ServiceError {
  return new ServiceError("conflict", `${what} is not as it was.`);
}

/** Ends a call whose signal is aborted, as an adapter's request would. */
export function checkSignal({ signal }: CallOptions = {}): void {
  signal?.throwIfAborted();
}

/** Text in the order of its UTF-16 units, as storage lists it. */
export function byText(a: string, b: string): number {
  return a < b ? -1 : 1;
}
