import { app } from "@azure/functions";
import { createBackendOutageLog } from "../../shared/api/log/backend-outage-log.ts";
import { traceOf } from "../../shared/api/log/trace.ts";
import { pollJobs } from "../../shared/service/lifecycle/poll-jobs.ts";
import { failureLog, services } from "../../shared/wiring.ts";

const logBackendOutages = createBackendOutageLog();

/** Requests the status of open jobs from the backend. */
app.timer("poll-jobs", {
  schedule: "%JOBS_POLL_SCHEDULE%",
  useMonitor: false,
  handler: async (_timer, context) => {
    const report = await pollJobs(await services(), traceOf(context));
    const { due, sent, deferred, failed, failedCancels = [], pause } = report;
    // The outage log has one line for a pause, at its start.
    if (sent > 0 || (deferred > 0 && pause === undefined))
      context.log(`Due jobs: ${due}, messages sent: ${sent}, jobs deferred to the next run: ${deferred}.`);
    for (const { name, error } of failed)
      failureLog(`The status of job ${name} could not be read from the backend`, error, context);
    for (const { name, error } of failedCancels)
      failureLog(`The cancel request of job ${name} could not be sent to the backend`, error, context);
    logBackendOutages(report, context);
  },
});
