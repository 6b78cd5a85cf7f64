import { app } from "@azure/functions";
import { jsonAnswer } from "../shared/api/json-answer.ts";
import { endpoint, ready, respondToAnyone } from "../shared/wiring.ts";

/** GET /api/health/ready: storage and the backend can be reached. */
app.http(
  "health-ready",
  endpoint({
    methods: ["GET", "HEAD"],
    route: "api/health/ready",
    authLevel: "anonymous",
    handler: respondToAnyone(async () => {
      const answer = await ready();
      const headers = { "content-type": "application/health+json", "cache-control": "no-store" };
      // An answer serves for five seconds.
      return answer.status === "pass" ? jsonAnswer(answer, headers) : jsonAnswer(answer, { ...headers, "retry-after": "5" }, 503);
    }, "unlimited"),
  }),
);
