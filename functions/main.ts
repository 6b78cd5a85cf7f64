/** Registers every function; the entry point of the app. */
import "./apply-update-poison.ts";
import "./apply-update.ts";
import "./cancel-job.ts";
import "./dispatch-job-poison.ts";
import "./dispatch-job.ts";
import "./get-job.ts";
import "./get-log-file.ts";
import "./get-timeline.ts";
import "./heal-jobs.ts";
import "./health-ready.ts";
import "./health.ts";
import "./list-jobs.ts";
import "./list-log-files.ts";
import "./poll-jobs.ts";
import "./put-job.ts";
import "./submit-job.ts";
