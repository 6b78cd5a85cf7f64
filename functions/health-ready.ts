import { app } from "@azure/functions";
import { jsonAnswer } from "../shared/api/json-answer.ts";
import { ready, respondToAnyone } from "../shared/wiring.ts";

/** GET /api/health/ready: storage and the backend can be reached. */
app.http("health-ready", {
  methods: ["GET", "HEAD"],
  route: "api/health/ready",
  authLevel: "anonymous",
  handler: respondToAnyone(async () => {
    const answer = await ready();
    return jsonAnswer(answer, { "content-type": "application/health+json", "cache-control": "no-store" }, answer.status === "pass" ? 200 : 503);
  }),
});
