import { app } from "@azure/functions";
import { traceOf } from "../shared/api/trace.ts";
import { pollJobs } from "../shared/service/poll-jobs.ts";
import { services } from "../shared/wiring.ts";

/** Looks after the open jobs that are due. */
app.timer("poll-jobs", {
  schedule: "%JOBS_POLL_SCHEDULE%",
  useMonitor: false,
  handler: async (_timer, context) => {
    const { due, sent, left, failed, trouble } = await pollJobs(await services(), traceOf(context));
    if (sent > 0 || left > 0) context.log(`Jobs that were due: ${due}, messages sent: ${sent}, left for the next tick: ${left}.`);
    for (const { name, error } of failed) context.error(`The backend could not say how job ${name} is:`, error);
    if (trouble !== undefined) context.warn(`The backend could not be asked: ${trouble}`);
  },
});
