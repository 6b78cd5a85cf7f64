import { app } from "@azure/functions";
import { jsonAnswer } from "../shared/api/json-answer.ts";
import { failureLog, ready, respondToAnyone } from "../shared/wiring.ts";

/** GET /api/health/ready: storage takes what is written, and the backend can be reached. */
app.http("health-ready", {
  methods: ["GET", "HEAD"],
  route: "api/health/ready",
  authLevel: "anonymous",
  handler: respondToAnyone(async (_request, _caller, context) => {
    const { readiness, failures } = await ready();
    // Whoever asks is a stranger, so the details are in the log alone.
    for (const { check, error } of failures) failureLog(`Not ready, ${check}`, error, context);
    return jsonAnswer(readiness, { "content-type": "application/health+json", "cache-control": "no-store" }, readiness.status === "pass" ? 200 : 503);
  }),
});
