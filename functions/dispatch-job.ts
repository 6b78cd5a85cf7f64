import { app } from "@azure/functions";
import { dispatchJob } from "../shared/service/dispatch-job.ts";
import { services } from "../shared/wiring.ts";

/** Hands a submitted job to the backend. */
app.storageQueue("dispatch-job", {
  queueName: "job-dispatch",
  connection: "AzureWebJobsStorage",
  handler: async (message) => dispatchJob(await services(), message),
});
