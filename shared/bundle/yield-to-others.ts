import { setImmediate } from "node:timers/promises";

/** Maximum time for which a loop blocks the event loop. */
const maxBlockedMs = 20;

/** For long loops: `await yieldIfDue()` yields to the event loop if it has been blocked for 20 ms. */
export function createYielder(): () => Promise<void> | undefined {
  let blockedSince = performance.now();
  return () => {
    if (performance.now() - blockedSince < maxBlockedMs) return undefined;
    return setImmediate().then(() => {
      blockedSince = performance.now();
    });
  };
}
