import { app } from "@azure/functions";
import { traceOf } from "../../shared/api/log/trace.ts";
import { takeInboxEvent } from "../../shared/service/inbox/take-inbox-event.ts";
import { services } from "../../shared/wiring.ts";

/** Submits or cancels a job for a file dropped into the inbox. Event Grid delivers the events to the queue. */
app.storageQueue("take-inbox-event", {
  queueName: "inbox-events",
  connection: "AzureWebJobsStorage",
  handler: async (message, context) => {
    const { text, malformed = false } = await takeInboxEvent(await services(), message, traceOf(context));
    if (malformed) context.error(text);
    else context.log(text);
  },
});
