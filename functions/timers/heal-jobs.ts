import { app } from "@azure/functions";
import { healJobs } from "../../shared/service/lifecycle/heal-jobs.ts";
import { failureLog, services } from "../../shared/wiring.ts";

/** Finishes what a crash left half-done. */
app.timer("heal-jobs", {
  schedule: "%JOBS_HEAL_SCHEDULE%",
  useMonitor: false,
  handler: async (_timer, context) => {
    const ports = await services();
    const reopened = await ports.restoreLostRows().catch((error: unknown) => {
      failureLog("Jobs whose open rows storage may have lost could not be looked for", error, context);
      return [];
    });
    if (reopened.length > 0)
      context.warn(`Storage had lost the rows of these jobs, which go on now: ${listed(reopened)}.`);
    const { removed, failed } = await healJobs(ports);
    if (removed > 0) context.log(`Removed ${removed} open rows without a job.`);
    for (const { name, error } of failed) failureLog(`Job ${name} could not be healed`, error, context);
  },
});

const shownNames = 10;

function listed(names: readonly string[]): string {
  const more = names.length - shownNames;
  return `${names.slice(0, shownNames).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
