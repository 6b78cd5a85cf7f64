import { app } from "@azure/functions";
import { jsonAnswer } from "../../shared/api/response/json-answer.ts";
import { endpoint, respondToAnyone } from "../../shared/wiring.ts";

/** GET /api/health: the app is up; says nothing of what it depends on. */
app.http(
  "health",
  endpoint({
    methods: ["GET", "HEAD"],
    route: "api/health",
    authLevel: "anonymous",
    handler: respondToAnyone(
      async () =>
        jsonAnswer({ status: "pass" }, { "content-type": "application/health+json", "cache-control": "no-store" }),
      "unlimited",
    ),
  }),
);
