import { app } from "@azure/functions";
import { abandonUpdate } from "../shared/service/abandon-message.ts";
import { services } from "../shared/wiring.ts";

/** Lets go of an update that failed five times; the poll will see the same news again. */
app.storageQueue("apply-update-poison", {
  queueName: "job-updates-poison",
  connection: "AzureWebJobsStorage",
  handler: async (message, context) => {
    context.error("An update failed too often:", message);
    await abandonUpdate(await services(), message);
  },
});
