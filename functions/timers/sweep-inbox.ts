import { app } from "@azure/functions";
import { sweepInbox } from "../../shared/service/inbox/sweep-inbox.ts";
import { services } from "../../shared/wiring.ts";

/** Finds files of the inbox without an event. */
app.timer("sweep-inbox", {
  schedule: "%JOBS_INBOX_SCHEDULE%",
  useMonitor: false,
  handler: async (_timer, context) => {
    const { enqueued, complete, postponed = false } = await sweepInbox(await services());
    if (postponed) context.log("The sweep of the inbox was postponed: too many messages wait in its queue.");
    if (enqueued > 0)
      context.log(`Files of the inbox without a receipt: ${enqueued}${complete ? "" : "; the next run continues"}.`);
  },
});
