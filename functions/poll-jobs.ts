import { app } from "@azure/functions";
import { pollJobs } from "../shared/service/poll-jobs.ts";
import { services } from "../shared/wiring.ts";

/** Looks after the open jobs that are due. */
app.timer("poll-jobs", {
  schedule: "%JOBS_POLL_SCHEDULE%",
  useMonitor: false,
  handler: async (_timer, context) => {
    const { due, asked, sent, left } = await pollJobs(services());
    if (sent > 0 || left > 0) context.log(`${due} jobs were due: ${asked} asked about, ${sent} messages sent, ${left} left for the next tick.`);
  },
});
