/** Restarts Azurite whenever it ends, because a service without storage can only return errors. */
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { type AzuriteOptions, startAzurite } from "./start-azurite.ts";

export interface SupervisedAzurite {
  readonly connectionString: string;
  /** Resolves with the reason when Azurite cannot be restarted because its data was deleted. */
  readonly storageLost: Promise<Error>;
  stop(): Promise<void>;
}

export interface SuperviseOptions extends AzuriteOptions {
  readonly warn: (message: string) => void;
}

/** A shorter run counts as a failed start. */
const minRunMs = 5000;
const firstWaitMs = 500;
const longestWaitMs = 30_000;

/** The wait before a restart: none after a long run, then twice as long after each failure. */
const waitMs = (failures: number) =>
  failures === 0 ? 0 : Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(failures - 1, 10));

/**
 * Starts Azurite as `startAzurite` does, and restarts it on the same ports whenever it ends, with growing waits if it
 * fails repeatedly. @throws if the first start fails.
 */
export async function superviseAzurite({ warn, ...options }: SuperviseOptions): Promise<SupervisedAzurite> {
  let azurite = await startAzurite(options);
  const { connectionString, address } = azurite;
  const storageLost = Promise.withResolvers<Error>();
  const stopping = new AbortController();

  async function supervise(): Promise<void> {
    let failures = 0;
    let startedAt = Number.NEGATIVE_INFINITY;
    for (;;) {
      const exit = await azurite.ended;
      if (stopping.signal.aborted) return;
      failures = performance.now() - startedAt < minRunMs ? failures + 1 : 0;
      warn(
        `Azurite ended unexpectedly (${exit}). Storage is unavailable until Azurite is restarted${inWait(failures)}.`,
      );
      failures = await restart(failures);
      startedAt = performance.now();
      if (stopping.signal.aborted) return azurite.stop();
    }
  }

  /**
   * Repeats the start until Azurite runs or `stop` is called.
   * @returns the number of failures in a row.
   * @throws if its folder was deleted.
   */
  async function restart(previousFailures: number): Promise<number> {
    for (let failures = previousFailures; ; failures += 1) {
      await sleep(waitMs(failures), undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) return failures;
      // A restart would create the folder that was just deleted, with an empty storage.
      if (!existsSync(options.directory))
        throw new Error(`The service stops because its storage folder ${options.directory} was deleted.`);
      try {
        azurite = await startAzurite({ ...options, fixedAddress: address });
        warn("Azurite was restarted.");
        return failures;
      } catch (error) {
        warn(`Azurite could not be restarted${inWait(failures + 1)}: ${(error as Error).message}`);
      }
    }
  }

  const supervising = supervise().catch((error: Error) => storageLost.resolve(error));
  return {
    connectionString,
    storageLost: storageLost.promise,
    stop: async () => {
      stopping.abort();
      await azurite.stop();
      await supervising;
    },
  };
}

function inWait(failures: number): string {
  const ms = waitMs(failures);
  return ms === 0 ? "" : ` (next attempt in ${ms / 1000} s)`;
}
