import { app } from "@azure/functions";
import { createBackendOutageLog } from "../../shared/api/log/backend-outage-log.ts";
import { traceOf } from "../../shared/api/log/trace.ts";
import { pollJobs } from "../../shared/service/lifecycle/poll-jobs.ts";
import { failureLog, services } from "../../shared/wiring.ts";

const tellTrouble = createBackendOutageLog();

/** Looks after the open jobs that are due. */
app.timer("poll-jobs", {
  schedule: "%JOBS_POLL_SCHEDULE%",
  useMonitor: false,
  handler: async (_timer, context) => {
    const report = await pollJobs(await services(), traceOf(context));
    const { due, sent, left, failed, failedCancels = [], pause } = report;
    // A pause is one line when it begins.
    if (sent > 0 || (left > 0 && pause === undefined))
      context.log(`Jobs that were due: ${due}, messages sent: ${sent}, left for the next tick: ${left}.`);
    for (const { name, error } of failed)
      failureLog(`The status of job ${name} could not be read from the backend`, error, context);
    for (const { name, error } of failedCancels)
      failureLog(`The cancel of job ${name} did not reach the backend`, error, context);
    tellTrouble(report, context);
  },
});
