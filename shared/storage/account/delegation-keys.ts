import type { BlobServiceClient, UserDelegationKey } from "@azure/storage-blob";
import type { CallOptions } from "../../core/ports/ports.ts";
import type { Clock } from "../../lib/clock.ts";
import { rejectOnAbort } from "../../lib/reject-on-abort.ts";
import type { StorageCall } from "./storage-call.ts";

export interface DelegationKeys {
  /**
   * A key that is valid for at least half a day. If no new key can be requested, the previous one until 15 minutes
   * before it expires. @throws ServiceError `unavailable`.
   */
  get(options?: CallOptions): Promise<UserDelegationKey>;
}

const hour = 60 * 60_000;
/** Storage allows 7 days; a shorter lifetime limits the impact of a leaked key. */
const lifetimeMs = 24 * hour;
const renewAfterMs = lifetimeMs / 2;
const minRemainingMs = hour / 4;
/** Tolerance for differing clocks of other machines. */
const skewMs = 15 * 60_000;

/** Keeps one key for all callers and renews it after half of its lifetime. Concurrent callers share one request. */
export function createDelegationKeys(
  blobs: Pick<BlobServiceClient, "getUserDelegationKey">,
  call: StorageCall,
  clock: Clock,
): DelegationKeys {
  let cached: { readonly key: UserDelegationKey; readonly requestedAt: number } | undefined;
  let pending: Promise<UserDelegationKey> | undefined;

  async function requestKey(): Promise<UserDelegationKey> {
    const now = clock.now().getTime();
    // The caller's signal is not passed on, because concurrent callers share the request.
    const key = await call("get a key to sign URLs with", (abortSignal) =>
      blobs.getUserDelegationKey(new Date(now - skewMs), new Date(now + lifetimeMs), { abortSignal }),
    );
    cached = { key, requestedAt: now };
    return key;
  }

  return {
    async get({ signal } = {}) {
      const now = clock.now().getTime();
      if (cached !== undefined && Math.abs(now - cached.requestedAt) < renewAfterMs) return cached.key;
      pending ??= requestKey().finally(() => {
        pending = undefined;
      });
      try {
        return await (signal === undefined ? pending : rejectOnAbort(pending, signal));
      } catch (error) {
        signal?.throwIfAborted();
        if (cached !== undefined && cached.key.signedExpiresOn.getTime() - now > minRemainingMs) return cached.key;
        throw error;
      }
    },
  };
}
