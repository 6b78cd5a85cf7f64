import { app } from "@azure/functions";
import { traceOf } from "../../shared/api/log/trace.ts";
import { processInboxEventPoison } from "../../shared/service/inbox/process-inbox-event-poison.ts";
import { services } from "../../shared/wiring.ts";

/** Answers the file of an event that failed five times. What is no event stays in the queue, for somebody to look at. */
app.storageQueue("take-inbox-event-poison", {
  queueName: "inbox-events-poison",
  connection: "AzureWebJobsStorage",
  handler: async (message, context) => {
    const { text } = await processInboxEventPoison(await services(), message, traceOf(context));
    context.error(`An event of the inbox failed too often. ${text}`);
  },
});
