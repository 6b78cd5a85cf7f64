import { app } from "@azure/functions";
import { describePoisonRunEvent } from "../../shared/service/lifecycle/take-run-event.ts";

/** Logs an Azure ML event that failed five times. The regular poll covers its job. */
app.storageQueue("take-run-event-poison", {
  queueName: "azureml-events-poison",
  connection: "AzureWebJobsStorage",
  handler: async (message, context) => context.warn(describePoisonRunEvent(message)),
});
