/** What Azure Resource Manager asks of every call: a version, and that the subscription has calls left. */
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

/** The answer that `work` makes, with the calls that are left; or the refusal of a call that may not be made. */
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
  const left = buckets[kind].take();
  const header = `x-ms-ratelimit-remaining-subscription-${kind}`;
  if (left === undefined) {
    const message = `Number of ${kind} for subscription exceeded the limit. Please try again after '1' seconds.`;
    const refused = gatewayError(429, "SubscriptionRequestsThrottled", message);
    return { ...refused, headers: { ...refused.headers, [header]: "0", "retry-after": "1" } };
  }
  const given = await work();
  return { ...given, headers: { ...given.headers, [header]: String(left) } };
}
