/** What create-services.ts does for the app: Job.load knows all types of jobs. */
import "../../shared/core/job/load-job.ts";
