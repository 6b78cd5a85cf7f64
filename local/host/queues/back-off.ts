/** 0.8 to 1.2, by which waits differ so that two waiters do not keep meeting. */
export const randomJitter = (): number => 0.8 + Math.random() * 0.4;

/**
 * The wait after `failures` in a row: the least, then the least and a part that doubles, up to the most (all in milliseconds).
 * @see https://github.com/Azure/azure-webjobs-sdk/blob/dev/src/Microsoft.Azure.WebJobs.Host/Timers/RandomizedExponentialBackoffStrategy.cs
 */
export function backOffMs(failures: number, leastMs: number, mostMs: number, jitter: number): number {
  const more = failures === 0 ? 0 : 2 ** (failures - 1) * leastMs * jitter;
  return Math.min(leastMs + more, mostMs);
}
