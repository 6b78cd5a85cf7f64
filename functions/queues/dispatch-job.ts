import { app } from "@azure/functions";
import { logIfUnreadable } from "../../shared/api/log/log-if-unreadable.ts";
import { dispatchJob } from "../../shared/service/lifecycle/dispatch-job.ts";
import { failureLog, services } from "../../shared/wiring.ts";

/** Hands a submitted job to the backend. */
app.storageQueue("dispatch-job", {
  queueName: "job-dispatch",
  connection: "AzureWebJobsStorage",
  handler: async (message, context) => {
    const dispatch = async () => {
      const outage = await dispatchJob(await services(), message);
      if (outage !== undefined)
        failureLog("A job could not be handed to the backend and is tried again", outage, context);
    };
    await logIfUnreadable(dispatch, failureLog, context);
  },
});
