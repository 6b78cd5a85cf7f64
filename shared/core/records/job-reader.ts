import type { Job } from "../job/job.ts";
import type { LoadJob } from "../job/load-job.ts";
import type { JobRecord } from "./record.ts";

/** Reads jobs: submitted ones, and those of records. */
export interface JobReader {
  readonly load: LoadJob;
  /** The job as submitted, with its final name and experiment. */
  jobOf(record: JobRecord): Job;
  /** Caches the job of a new record, so that its dump is not parsed again. */
  cache(record: JobRecord, job: Job): void;
}

/** Higher than for submissions, because a dump also contains the default values. */
const limits = { depth: 64, nodes: 200_000 };

/** A reader that caches the job of each record: records never change, and one request may need a job several times. */
export function createJobReader(load: LoadJob): JobReader {
  const jobs = new WeakMap<JobRecord, Job>();
  return {
    load,
    jobOf(record) {
      const cached = jobs.get(record);
      if (cached !== undefined) return cached;
      const { job, issues } = load(record.dump, { limits });
      if (job === undefined)
        throw new Error(`The dump of job ${record.name} cannot be read: ${issues[0]?.message ?? "no issue"}`);
      jobs.set(record, job);
      return job;
    },
    cache: (record, job) => void jobs.set(record, job),
  };
}
