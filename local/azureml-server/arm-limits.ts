/** Azure Resource Manager's checks of every call: an API version, and the rate limits of the subscription. */
import { gatewayError } from "./errors.ts";
import type { ReceivedRequest, Reply } from "./request-and-reply.ts";
import { createTokenBucket, type TokenBucket } from "./token-bucket.ts";

export type Buckets = Readonly<Record<"reads" | "writes" | "deletes", TokenBucket>>;

export function createBuckets(now: () => number): Buckets {
  return {
    reads: createTokenBucket({ size: 250, perSecond: 25 }, now),
    writes: createTokenBucket({ size: 200, perSecond: 10 }, now),
    deletes: createTokenBucket({ size: 200, perSecond: 10 }, now),
  };
}

/** The reply of `work` with the number of remaining calls, or an error reply if a check fails. */
export async function withinLimits(
  buckets: Buckets,
  { method, query }: ReceivedRequest,
  work: () => Reply | Promise<Reply>,
): Promise<Reply> {
  if (!/^\d{4}-\d{2}-\d{2}(-preview)?$/.test(query.get("api-version") ?? "")) {
    return gatewayError(
      400,
      "MissingApiVersionParameter",
      "The api-version query parameter (?api-version=) is required for all requests.",
    );
  }
  const kind = method === "GET" ? "reads" : method === "DELETE" ? "deletes" : "writes";
  const remaining = buckets[kind].take();
  const header = `x-ms-ratelimit-remaining-subscription-${kind}`;
  if (remaining === undefined) {
    const message = `Number of ${kind} for subscription exceeded the limit. Please try again after '1' seconds.`;
    const rejection = gatewayError(429, "SubscriptionRequestsThrottled", message);
    return { ...rejection, headers: { ...rejection.headers, [header]: "0", "retry-after": "1" } };
  }
  const reply = await work();
  return { ...reply, headers: { ...reply.headers, [header]: String(remaining) } };
}
