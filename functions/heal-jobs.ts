import { app } from "@azure/functions";
import { healJobs } from "../shared/service/heal-jobs.ts";
import { failureLog, services } from "../shared/wiring.ts";

/** Finishes what a crash left half-done. */
app.timer("heal-jobs", {
  schedule: "%JOBS_HEAL_SCHEDULE%",
  useMonitor: false,
  handler: async (_timer, context) => {
    const { swept, failed } = await healJobs(await services());
    if (swept > 0) context.log(`${swept} open rows without a job were swept.`);
    for (const { name, error } of failed) failureLog(`Job ${name} could not be healed`, error, context);
  },
});
