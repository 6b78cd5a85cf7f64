import { app } from "@azure/functions";
import { logIfUnreadable } from "../../shared/api/log/log-if-unreadable.ts";
import { dispatchJob } from "../../shared/service/lifecycle/dispatch-job.ts";
import { failureLog, services } from "../../shared/wiring.ts";

/** Submits a job to the backend. */
app.storageQueue("dispatch-job", {
  queueName: "job-dispatch",
  connection: "AzureWebJobsStorage",
  handler: async (message, context) => {
    const dispatch = async () => {
      const outage = await dispatchJob(await services(), message);
      if (outage !== undefined)
        failureLog("A job could not be submitted to the backend and is retried", outage, context);
    };
    await logIfUnreadable(dispatch, failureLog, context);
  },
});
