import { app } from "@azure/functions";
import { handlePoisonDispatch } from "../../shared/service/lifecycle/abandon-message.ts";
import { services } from "../../shared/wiring.ts";

/** Ends a dispatch that failed five times, visibly on the job. */
app.storageQueue("dispatch-job-poison", {
  queueName: "job-dispatch-poison",
  connection: "AzureWebJobsStorage",
  handler: async (message, context) => context.error(await handlePoisonDispatch(await services(), message)),
});
