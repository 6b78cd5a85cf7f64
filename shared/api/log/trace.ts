import type { InvocationContext } from "@azure/functions";
import type { CallOptions } from "../../core/ports/ports.ts";

/** @see https://www.w3.org/TR/trace-context/#traceparent-header */
const traceparentPattern = /^[\da-f]{2}-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}$/;

/**
 * The trace context of an invocation, for the calls that it makes. Malformed ones, which a client can send, are
 * ignored.
 */
export function traceOf({ traceContext }: Pick<InvocationContext, "traceContext">): CallOptions {
  const traceparent = traceContext?.traceParent;
  return traceparent !== undefined && traceparentPattern.test(traceparent) ? { traceparent } : {};
}
