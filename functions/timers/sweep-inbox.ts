import { app } from "@azure/functions";
import { sweepInbox } from "../../shared/service/inbox/sweep-inbox.ts";
import { services } from "../../shared/wiring.ts";

/** Finds what no event told of. */
app.timer("sweep-inbox", {
  schedule: "%JOBS_INBOX_SCHEDULE%",
  useMonitor: false,
  handler: async (_timer, context) => {
    const { announced, complete, postponed: putOff = false } = await sweepInbox(await services());
    if (putOff) context.log("The sweep of the inbox was put off: its queue is behind.");
    if (announced > 0)
      context.log(`Files of the inbox without a receipt: ${announced}${complete ? "" : "; the next run goes on"}.`);
  },
});
