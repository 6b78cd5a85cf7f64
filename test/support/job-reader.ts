import { loadJob } from "../../shared/core/job/load-job.ts";
import { createJobReader } from "../../shared/core/records/job-reader.ts";

/** The reader of jobs that create-services.ts makes for the app. */
export const jobReader = createJobReader(loadJob);
