/**
 * The minimum processor time of several runs in ms: another program or a garbage collection can disturb a run. Stops at
 * the first run within the limit.
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
