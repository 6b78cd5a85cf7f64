import type { BlobServiceClient, UserDelegationKey } from "@azure/storage-blob";
import type { CallOptions } from "../../core/ports/ports.ts";
import type { Clock } from "../../lib/clock.ts";
import { untilAborted } from "../../lib/until-aborted.ts";
import type { StorageCall } from "./call.ts";

export interface DelegationKeys {
  /** A key that is good for half a day at least, or, while no new one is to be had, for as long as the last one lasts. */
  get(options?: CallOptions): Promise<UserDelegationKey>;
}

const hour = 60 * 60_000;
/** Storage gives keys for 7 days at the most; one day is enough and is sooner over when it leaks. */
const lifeMs = 24 * hour;
const renewMs = lifeMs / 2;
/** A key this near its end is not signed with. */
const lastMs = hour / 4;
/** Clocks of others may be behind. */
const skewMs = 15 * 60_000;

/** Keeps one key for all, renewed at half of its life; those who ask at the same time share one request. */
export function createDelegationKeys(
  blobs: Pick<BlobServiceClient, "getUserDelegationKey">,
  call: StorageCall,
  clock: Clock,
): DelegationKeys {
  let kept: { readonly key: UserDelegationKey; readonly since: number } | undefined;
  let asking: Promise<UserDelegationKey> | undefined;

  async function ask(): Promise<UserDelegationKey> {
    const now = clock.now().getTime();
    // Not with the signal of one caller: others wait for the same key.
    const key = await call("get a key to sign URLs with", (abortSignal) =>
      blobs.getUserDelegationKey(new Date(now - skewMs), new Date(now + lifeMs), { abortSignal }),
    );
    kept = { key, since: now };
    return key;
  }

  return {
    async get({ signal } = {}) {
      const now = clock.now().getTime();
      if (kept !== undefined && Math.abs(now - kept.since) < renewMs) return kept.key;
      asking ??= ask().finally(() => {
        asking = undefined;
      });
      try {
        return await (signal === undefined ? asking : untilAborted(asking, signal));
      } catch (error) {
        signal?.throwIfAborted();
        if (kept !== undefined && kept.key.signedExpiresOn.getTime() - now > lastMs) return kept.key;
        throw error;
      }
    },
  };
}
