/** An Azurite that is started again when it ends by itself: without storage, a service that stays up can do nothing but refuse. */
import { type AzuriteOptions, startAzurite } from "./azurite.ts";

export interface KeptAzurite {
  readonly connectionString: string;
  /** Resolves when storage is gone for good, with the reason. */
  readonly lost: Promise<Error>;
  stop(): Promise<void>;
}

export interface KeepOptions extends AzuriteOptions {
  readonly warn: (message: string) => void;
  /** One that was started again and ends sooner than this would go on so. */
  readonly leastRunMs?: number;
}

/** Starts Azurite as `startAzurite` does, and again on the same ports whenever it ends. @throws when the first start fails. */
export async function keepAzurite({ warn, leastRunMs = 5000, ...options }: KeepOptions): Promise<KeptAzurite> {
  let azurite = await startAzurite(options);
  const { connectionString } = azurite;
  const lost = Promise.withResolvers<Error>();
  let againAt = Number.NEGATIVE_INFINITY;
  let stopping = false;
  let restarting: Promise<unknown> = Promise.resolve();

  async function startAgain(): Promise<void> {
    const again = await startAzurite(options);
    if (again.connectionString !== connectionString) {
      await again.stop();
      throw new Error("another program has taken its ports.");
    }
    azurite = again;
    againAt = Date.now();
    warn("Azurite runs again.");
  }

  async function keep(): Promise<void> {
    for (;;) {
      const how = await azurite.ended;
      if (stopping) return;
      if (Date.now() - againAt < leastRunMs) throw new Error(`it ended right after it was started again (${how}).`);
      warn(`Azurite ended by itself (${how}); storage cannot be reached until it runs again.`);
      const starting = startAgain();
      restarting = starting.catch(() => {});
      await starting;
    }
  }

  keep().catch((error: Error) => lost.resolve(new Error(`Azurite cannot be kept running: ${error.message}`)));
  return {
    connectionString,
    lost: lost.promise,
    stop: async () => {
      stopping = true;
      await restarting;
      await azurite.stop();
    },
  };
}
