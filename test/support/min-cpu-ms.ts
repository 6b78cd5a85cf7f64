/**
 * The least processor time, in ms, of several tries of some work: another program, or a garbage collection, may fall
 * into one. Ends as soon as one is within the limit.
 */
export function minCpuMs(work: () => unknown, limitMs: number, attempts = 5): number {
  let least = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < attempts && least > limitMs; attempt += 1) {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}
