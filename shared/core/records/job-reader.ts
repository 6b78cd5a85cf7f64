import type { Job } from "../job/job.ts";
import type { LoadJob } from "../job/load-job.ts";
import type { JobRecord } from "./record.ts";

/** Reads jobs: submitted ones, and those of records. */
export interface JobReader {
  readonly load: LoadJob;
  /** The job as submitted, with the name and experiment that it got then. */
  jobOf(record: JobRecord): Job;
  /** Stores the job of a new record, so that its dump is not read again. */
  remember(record: JobRecord, job: Job): void;
}

/** A dump may have more values than its submission: the defaults. The submission was within the limits. */
const limits = { depth: 64, nodes: 200_000 };

/** A reader that caches the job of each record: records never change, and one request may need a job several times. */
export function createJobReader(load: LoadJob): JobReader {
  const jobs = new WeakMap<JobRecord, Job>();
  return {
    load,
    jobOf(record) {
      const known = jobs.get(record);
      if (known !== undefined) return known;
      const { job, issues } = load(record.dump, { limits });
      if (job === undefined)
        throw new Error(`The dump of job ${record.name} cannot be read: ${issues[0]?.message ?? "no issue"}`);
      jobs.set(record, job);
      return job;
    },
    remember: (record, job) => void jobs.set(record, job),
  };
}
