/**
 * Prints the growth of the RSS in MB over 100,000 jobs, after the first 100,000. It runs in a process of its own, with
 * `--expose-gc` and a fixed size of the young generation, which V8 otherwise enlarges by up to 64 MB at any time.
 */
import { loadAndDump, publicJobs } from "./public-jobs.ts";

const jobs = publicJobs();

function rssAfter(times: number): number {
  for (let count = 0; count < times; count++) {
    const job = jobs[count % jobs.length];
    if (job !== undefined) loadAndDump(job);
  }
  globalThis.gc?.();
  return process.memoryUsage.rss() / 1024 ** 2;
}

const before = rssAfter(100_000);
console.log(rssAfter(100_000) - before);
