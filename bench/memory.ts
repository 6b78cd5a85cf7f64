/**
 * Prints by how many MB the RSS grows over 100,000 jobs, after the first 100,000. A process of its own, with `--expose-gc` and
 * a young generation of one size: V8 enlarges it by up to 64 MB at a time of its own choice, which says nothing of what is kept.
 */
import { print, publicJobs } from "./public-jobs.ts";

const jobs = publicJobs();

function rssAfter(times: number): number {
  for (let count = 0; count < times; count++) {
    const job = jobs[count % jobs.length];
    if (job !== undefined) print(job);
  }
  globalThis.gc?.();
  return process.memoryUsage.rss() / 1024 ** 2;
}

const before = rssAfter(100_000);
console.log(rssAfter(100_000) - before);
