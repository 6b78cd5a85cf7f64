/** Registers every function; the entry point of the app. */
import { app } from "@azure/functions";
import "./queues/apply-update-poison.ts";
import "./queues/apply-update.ts";
import "./http/cancel-job.ts";
import "./http/delete-job.ts";
import "./queues/dispatch-job-poison.ts";
import "./queues/dispatch-job.ts";
import "./http/edit-job.ts";
import "./http/get-job.ts";
import "./http/get-log-file.ts";
import "./http/get-output.ts";
import "./http/get-schema.ts";
import "./http/get-stats.ts";
import "./http/get-timeline.ts";
import "./timers/heal-jobs.ts";
import "./http/health-ready.ts";
import "./http/health.ts";
import "./http/list-children.ts";
import "./http/list-jobs.ts";
import "./http/list-log-files.ts";
import "./http/list-outputs.ts";
import "./http/list-schemas.ts";
import "./timers/poll-jobs.ts";
import "./http/put-job.ts";
import "./http/rerun-job.ts";
import "./http/submit-job.ts";
import "./timers/sweep-inbox.ts";
import "./queues/take-inbox-event-poison.ts";
import "./queues/take-inbox-event.ts";
import "./queues/take-run-event-poison.ts";
import "./queues/take-run-event.ts";
import "./http/zz-unknown-call.ts";

// Bundles would be held in memory as a whole, several times over.
app.setup({ enableHttpStream: true });
