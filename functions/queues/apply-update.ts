import { app } from "@azure/functions";
import { logIfUnreadable } from "../../shared/api/log/log-if-unreadable.ts";
import { applyUpdate } from "../../shared/service/lifecycle/apply-update.ts";
import { failureLog, services } from "../../shared/wiring.ts";

/** Applies a new status or new log URLs to a job. */
app.storageQueue("apply-update", {
  queueName: "job-updates",
  connection: "AzureWebJobsStorage",
  handler: async (message, context) => {
    const apply = async () => {
      const changed = await applyUpdate(await services(), message);
      if (changed !== undefined) context.log(`Job ${changed.name} is ${changed.status}.`);
    };
    await logIfUnreadable(apply, failureLog, context);
  },
});
