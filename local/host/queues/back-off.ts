/** Random factor from 0.8 to 1.2, so that several hosts do not keep polling at the same time. */
export const randomJitter = (): number => 0.8 + Math.random() * 0.4;

/**
 * Wait after `failures` in a row: `minMs`, then `minMs` plus a part that doubles each time, at most `maxMs`.
 * @see
 *   https://github.com/Azure/azure-webjobs-sdk/blob/dev/src/Microsoft.Azure.WebJobs.Host/Timers/RandomizedExponentialBackoffStrategy.cs
 */
export function backOffMs(failures: number, minMs: number, maxMs: number, jitter: number): number {
  const addedMs = failures === 0 ? 0 : 2 ** (failures - 1) * minMs * jitter;
  return Math.min(minMs + addedMs, maxMs);
}
