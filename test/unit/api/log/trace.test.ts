import { expect, test } from "vitest";
import { traceOf } from "../../../../shared/api/log/trace.ts";

const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

test.each([
  [{ traceContext: { traceParent: traceparent } }, { traceparent }],
  [{ traceContext: { traceParent: `${traceparent}-more` } }, {}],
  [{ traceContext: { traceParent: "x".repeat(10_000) } }, {}],
  [{ traceContext: {} }, {}],
  [{}, {}],
])("the calls of an invocation with %j carry %j", (context, carried) => {
  expect(traceOf(context)).toEqual(carried);
});
