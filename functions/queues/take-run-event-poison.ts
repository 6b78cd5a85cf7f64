import { app } from "@azure/functions";
import { describePoisonRunEvent } from "../../shared/service/lifecycle/take-run-event.ts";

/** Says which hints of Azure ML were of no use. */
app.storageQueue("take-run-event-poison", {
  queueName: "azureml-events-poison",
  connection: "AzureWebJobsStorage",
  handler: async (message, context) => context.warn(describePoisonRunEvent(message)),
});
