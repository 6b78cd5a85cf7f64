import { loadJob } from "../../shared/core/job/load-job.ts";
import { createJobReader } from "../../shared/core/records/job-reader.ts";

/** The job reader of create-services.ts. */
export const jobReader = createJobReader(loadJob);
