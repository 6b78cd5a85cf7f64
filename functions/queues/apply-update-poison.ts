import { app } from "@azure/functions";
import { handlePoisonUpdate } from "../../shared/service/lifecycle/apply-update-poison.ts";
import { services } from "../../shared/wiring.ts";

/** Handles an update that failed five times: applies it, or sets a notice on the job. */
app.storageQueue("apply-update-poison", {
  queueName: "job-updates-poison",
  connection: "AzureWebJobsStorage",
  handler: async (message, context) => context.error(await handlePoisonUpdate(await services(), message)),
});
