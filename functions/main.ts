/** Registers every function; the entry point of the app. */
import { app } from "@azure/functions";
import "./apply-update-poison.ts";
import "./apply-update.ts";
import "./cancel-job.ts";
import "./delete-job.ts";
import "./dispatch-job-poison.ts";
import "./dispatch-job.ts";
import "./edit-job.ts";
import "./get-job.ts";
import "./get-log-file.ts";
import "./get-output.ts";
import "./get-schema.ts";
import "./get-stats.ts";
import "./get-timeline.ts";
import "./heal-jobs.ts";
import "./health-ready.ts";
import "./health.ts";
import "./list-children.ts";
import "./list-jobs.ts";
import "./list-log-files.ts";
import "./list-outputs.ts";
import "./list-schemas.ts";
import "./poll-jobs.ts";
import "./put-job.ts";
import "./rerun-job.ts";
import "./submit-job.ts";
import "./sweep-inbox.ts";
import "./take-inbox-event-poison.ts";
import "./take-inbox-event.ts";
import "./take-run-event-poison.ts";
import "./take-run-event.ts";
import "./zz-unknown-call.ts";

// Bundles would be held in memory as a whole, several times over.
app.setup({ enableHttpStream: true });
