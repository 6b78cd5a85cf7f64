import { app } from "@azure/functions";
import { handlePoisonUpdate } from "../../shared/service/lifecycle/abandon-message.ts";
import { services } from "../../shared/wiring.ts";

/** Takes in, or notes on the job, an update that failed five times. */
app.storageQueue("apply-update-poison", {
  queueName: "job-updates-poison",
  connection: "AzureWebJobsStorage",
  handler: async (message, context) => context.error(await handlePoisonUpdate(await services(), message)),
});
