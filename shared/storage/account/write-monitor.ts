/** Detects that writes to storage fail while reads succeed. This state cannot be stored, so it is kept in memory. */
import { isServiceError } from "../../core/errors.ts";
import type { StorageProbe, StorageTrouble } from "../../core/ports/storage-ports.ts";
import type { Notice } from "../../core/records/notice.ts";
import { isWriteTrouble, writeTroubleNotice } from "../../core/records/storage-notice.ts";
import type { Clock } from "../../lib/clock.ts";

// States and transitions, by the result of the last test write:
//   healthy --(a call fails with storage_full or storage_refused, and a test write fails, too)--> failing
//   failing --(a test write succeeds: that of the readiness check, or one caused by a reader)--> healthy
// In the state healthy the monitor makes no test writes, so an idle service makes no calls.

/** Time for which a result is reused, so that concurrent readers cause one test write. */
const maxAgeMs = 2000;
/** The longest time for which a reader waits for a test write. */
const maxWaitMs = 2000;

export interface WriteMonitor {
  /** To be called with the error of each call that failed with an outage. */
  readonly onOutage: (error: unknown) => void;
  /** The probe; each of its results sets the state. */
  readonly probe: StorageProbe;
  readonly trouble: StorageTrouble;
}

/** Creates a monitor that confirms each suspected write failure with a test write. */
export function createWriteMonitor({ write }: StorageProbe, clock: Clock): WriteMonitor {
  let notice: Notice | undefined;
  let testedAtMs = Number.NEGATIVE_INFINITY;
  let pendingTest: Promise<void> | undefined;

  const probe: StorageProbe = {
    async write(options) {
      const since = clock.now().toISOString();
      try {
        await write(options);
        notice = undefined;
      } catch (error) {
        // Other errors do not show whether writes fail.
        if (isServiceError(error) && isWriteTrouble(error.reason)) {
          notice = { ...writeTroubleNotice(error.reason), since: notice?.code === error.reason ? notice.since : since };
        }
        throw error;
      } finally {
        testedAtMs = clock.now().getTime();
      }
    },
  };

  function test(): Promise<void> {
    pendingTest ??= probe
      .write()
      .catch(() => undefined)
      .finally(() => {
        pendingTest = undefined;
      });
    return pendingTest;
  }

  /** Also false for a result with a later time than now, which exists after the clock was set back. */
  const isFresh = () => Math.abs(clock.now().getTime() - testedAtMs) < maxAgeMs;

  return {
    onOutage(error) {
      if (notice === undefined && !isFresh() && isServiceError(error) && isWriteTrouble(error.reason)) void test();
    },
    probe,
    async trouble() {
      if (notice === undefined || isFresh()) return notice;
      const stopWaiting = new AbortController();
      await Promise.race([test(), clock.sleep(maxWaitMs, stopWaiting.signal)]);
      stopWaiting.abort();
      return notice;
    },
  };
}
