import type { InvocationContext } from "@azure/functions";
import type { CallOptions } from "../../core/ports/ports.ts";

/** @see https://www.w3.org/TR/trace-context/#traceparent-header */
const form = /^[\da-f]{2}-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}$/;

/** The trace that an invocation belongs to, for the calls that it makes; one that a caller made up goes nowhere. */
export function traceOf({ traceContext }: Pick<InvocationContext, "traceContext">): CallOptions {
  const traceparent = traceContext?.traceParent;
  return traceparent !== undefined && form.test(traceparent) ? { traceparent } : {};
}
