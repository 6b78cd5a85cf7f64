import { app } from "@azure/functions";
import { traceOf } from "../../shared/api/log/trace.ts";
import { abandonInboxEvent } from "../../shared/service/inbox/abandon-inbox-event.ts";
import { services } from "../../shared/wiring.ts";

/** Answers the file of an event that failed five times. What is no event stays in the queue, for somebody to look at. */
app.storageQueue("take-inbox-event-poison", {
  queueName: "inbox-events-poison",
  connection: "AzureWebJobsStorage",
  handler: async (message, context) => {
    const { text } = await abandonInboxEvent(await services(), message, traceOf(context));
    context.error(`An event of the inbox failed too often. ${text}`);
  },
});
