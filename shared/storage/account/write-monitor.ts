/** Whether storage refuses writes just now, for jobs whose own records cannot say so because they cannot be written. */
import { isServiceError } from "../../core/errors.ts";
import type { StorageProbe, StorageTrouble } from "../../core/ports/storage-ports.ts";
import type { Notice } from "../../core/records/notice.ts";
import { isWriteTrouble, writeTroubleNotice } from "../../core/records/storage-notice.ts";
import type { Clock } from "../../lib/clock.ts";

// States and moves, by the outcome of the last test write:
//   none    --(a call fails with storage_full or storage_refused, and so does a test write)--> trouble
//   trouble --(a test write succeeds: one of the readiness, or the one that a reader causes)--> none
// Without trouble nothing is written and nothing is asked, so an idle service pays nothing.

/** A test write counts for so long: many readers cause one. */
const keepMs = 2000;
/** The longest that a reader waits for a test write. */
const patienceMs = 2000;

export interface WriteMonitor {
  /** Called with the error of each call that failed for good. */
  readonly onOutage: (error: unknown) => void;
  /** The probe, whose outcomes count. */
  readonly probe: StorageProbe;
  readonly trouble: StorageTrouble;
}

/** Watches calls for the two reasons why writes fail while reads succeed, and tests each suspicion with the probe. */
export function createWriteMonitor({ write }: StorageProbe, clock: Clock): WriteMonitor {
  let notice: Notice | undefined;
  let testedMs = Number.NEGATIVE_INFINITY;
  let testing: Promise<void> | undefined;

  const probe: StorageProbe = {
    async write(options) {
      const since = clock.now().toISOString();
      try {
        await write(options);
        notice = undefined;
      } catch (error) {
        // Silence and other refusals say nothing about the trouble that was there.
        if (isServiceError(error) && isWriteTrouble(error.reason)) {
          notice = { ...writeTroubleNotice(error.reason), since: notice?.code === error.reason ? notice.since : since };
        }
        throw error;
      } finally {
        testedMs = clock.now().getTime();
      }
    },
  };

  function test(): Promise<void> {
    testing ??= probe
      .write()
      .catch(() => undefined)
      .finally(() => {
        testing = undefined;
      });
    return testing;
  }

  /** A clock that was set back must not keep an outcome for ever. */
  const isFresh = () => Math.abs(clock.now().getTime() - testedMs) < keepMs;

  return {
    onOutage(error) {
      if (notice === undefined && !isFresh() && isServiceError(error) && isWriteTrouble(error.reason)) void test();
    },
    probe,
    async trouble() {
      if (notice === undefined || isFresh()) return notice;
      const done = new AbortController();
      await Promise.race([test(), clock.sleep(patienceMs, done.signal)]);
      done.abort();
      return notice;
    },
  };
}
