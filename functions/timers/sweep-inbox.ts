import { app } from "@azure/functions";
import { sweepInbox } from "../../shared/service/inbox/sweep-inbox.ts";
import { services } from "../../shared/wiring.ts";

/** Enqueues dropped files for which no event arrived. */
app.timer("sweep-inbox", {
  schedule: "%JOBS_INBOX_SCHEDULE%",
  useMonitor: false,
  handler: async (_timer, context) => {
    const { enqueued, complete, postponed = false } = await sweepInbox(await services());
    if (postponed) context.log("The sweep of the inbox is postponed until its queue is shorter.");
    if (enqueued > 0)
      context.log(`Enqueued ${enqueued} inbox files without a receipt${complete ? "" : "; the next run continues"}.`);
  },
});
