import { app } from "@azure/functions";
import { unlessUnreadable } from "../../shared/api/response/unless-unreadable.ts";
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
    await unlessUnreadable(dispatch, failureLog, context);
  },
});
