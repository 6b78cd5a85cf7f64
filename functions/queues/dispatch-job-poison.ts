import { app } from "@azure/functions";
import { handlePoisonDispatch } from "../../shared/service/lifecycle/dispatch-job-poison.ts";
import { services } from "../../shared/wiring.ts";

/** Handles a dispatch that failed five times: the job fails, unless the backend has it or is unreachable. */
app.storageQueue("dispatch-job-poison", {
  queueName: "job-dispatch-poison",
  connection: "AzureWebJobsStorage",
  handler: async (message, context) => context.error(await handlePoisonDispatch(await services(), message)),
});
