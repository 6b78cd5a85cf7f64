import { app } from "@azure/functions";
import { healJobs } from "../../shared/service/lifecycle/heal-jobs.ts";
import { failureLog, services } from "../../shared/wiring.ts";

/** Completes operations that a crash interrupted. */
app.timer("heal-jobs", {
  schedule: "%JOBS_HEAL_SCHEDULE%",
  useMonitor: false,
  handler: async (_timer, context) => {
    const ports = await services();
    const restored = await ports.restoreLostRows().catch((error: unknown) => {
      failureLog("The search for lost rows of table openjobs failed", error, context);
      return [];
    });
    if (restored.length > 0) context.warn(`Restored lost rows of table openjobs, of the jobs ${listOf(restored)}.`);
    const { removed, failed } = await healJobs(ports);
    if (removed > 0) context.log(`Deleted ${removed} rows in table openjobs without a job.`);
    for (const { name, error } of failed) failureLog(`Job ${name} could not be repaired`, error, context);
  },
});

const maxNames = 10;

function listOf(names: readonly string[]): string {
  const more = names.length - maxNames;
  return `${names.slice(0, maxNames).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
