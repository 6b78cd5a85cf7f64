/** Entry point of the app: registers every function. */
import { app } from "@azure/functions";

import "./http/files/get-log-file.ts";
import "./http/files/get-output.ts";
import "./http/files/list-log-files.ts";
import "./http/files/list-outputs.ts";

import "./http/jobs/cancel-job.ts";
import "./http/jobs/delete-job.ts";
import "./http/jobs/edit-job.ts";
import "./http/jobs/get-job.ts";
import "./http/jobs/get-timeline.ts";
import "./http/jobs/list-children.ts";
import "./http/jobs/list-jobs.ts";
import "./http/jobs/put-job.ts";
import "./http/jobs/rerun-job.ts";
import "./http/jobs/submit-job.ts";

import "./http/service/get-schema.ts";
import "./http/service/get-stats.ts";
import "./http/service/health-ready.ts";
import "./http/service/health.ts";
import "./http/service/list-schemas.ts";
import "./http/service/zz-unknown-call.ts";

import "./queues/apply-update-poison.ts";
import "./queues/apply-update.ts";
import "./queues/dispatch-job-poison.ts";
import "./queues/dispatch-job.ts";
import "./queues/take-inbox-event-poison.ts";
import "./queues/take-inbox-event.ts";
import "./queues/take-run-event-poison.ts";
import "./queues/take-run-event.ts";

import "./timers/heal-jobs.ts";
import "./timers/poll-jobs.ts";
import "./timers/sweep-inbox.ts";

// Without streaming, the library holds several copies of each bundle in memory.
app.setup({ enableHttpStream: true });
