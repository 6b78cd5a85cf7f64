import { app } from "@azure/functions";
import { traceOf } from "../../shared/api/log/trace.ts";
import { takeInboxEventPoison } from "../../shared/service/inbox/take-inbox-event-poison.ts";
import { services } from "../../shared/wiring.ts";

/** Writes a receipt for the file of an event that failed five times. */
app.storageQueue("take-inbox-event-poison", {
  queueName: "inbox-events-poison",
  connection: "AzureWebJobsStorage",
  handler: async (message, context) => {
    const { text } = await takeInboxEventPoison(await services(), message, traceOf(context));
    context.error(`An inbox event failed five times. ${text}`);
  },
});
