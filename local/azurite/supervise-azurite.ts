/** An Azurite that is started again whenever it ends by itself: without storage, a service that stays up can do nothing but refuse. */
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { type AzuriteOptions, startAzurite } from "./start-azurite.ts";

export interface SupervisedAzurite {
  readonly connectionString: string;
  /** Resolves when storage is gone for good, with the reason. */
  readonly storageLost: Promise<Error>;
  stop(): Promise<void>;
}

export interface SuperviseOptions extends AzuriteOptions {
  readonly warn: (message: string) => void;
}

/** One that ends sooner than this counts as a start that failed. */
const leastRunMs = 5000;
const firstWaitMs = 500;
const longestWaitMs = 30_000;

/** Nothing for the first time, then twice as long each time. */
const waitMs = (failures: number) =>
  failures === 0 ? 0 : Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(failures - 1, 10));

/**
 * Starts Azurite as `startAzurite` does, and again on the same ports as often as it ends, with longer and longer waits where it
 * does not stay up. @throws when the first start fails.
 */
export async function superviseAzurite({ warn, ...options }: SuperviseOptions): Promise<SupervisedAzurite> {
  let azurite = await startAzurite(options);
  const { connectionString, address } = azurite;
  const lost = Promise.withResolvers<Error>();
  const stopping = new AbortController();

  async function keep(): Promise<void> {
    let failures = 0;
    let startedAt = Number.NEGATIVE_INFINITY;
    for (;;) {
      const how = await azurite.ended;
      if (stopping.signal.aborted) return;
      failures = performance.now() - startedAt < leastRunMs ? failures + 1 : 0;
      warn(`Azurite ended by itself (${how}); storage cannot be reached until it runs again${afterWait(failures)}.`);
      while (!(await startAgain(failures))) {
        if (stopping.signal.aborted) return;
        failures += 1;
      }
      startedAt = performance.now();
      if (stopping.signal.aborted) return azurite.stop();
    }
  }

  async function startAgain(failures: number): Promise<boolean> {
    await sleep(waitMs(failures), undefined, { signal: stopping.signal }).catch(() => undefined);
    if (stopping.signal.aborted) return false;
    // A new one would be empty, and its folder one that somebody has just removed.
    if (!existsSync(options.directory))
      throw new Error(`The folder ${options.directory} is gone, and the storage with it.`);
    try {
      azurite = await startAzurite({ ...options, fixedAddress: address });
    } catch (error) {
      warn(`Azurite could not be started again${afterWait(failures + 1)}: ${(error as Error).message}`);
      return false;
    }
    warn("Azurite runs again.");
    return true;
  }

  const keeping = keep().catch((error: Error) => lost.resolve(error));
  return {
    connectionString,
    storageLost: lost.promise,
    stop: async () => {
      stopping.abort();
      await azurite.stop();
      await keeping;
    },
  };
}

function afterWait(failures: number): string {
  const ms = waitMs(failures);
  return ms === 0 ? "" : ` (next start in ${ms / 1000} s)`;
}
