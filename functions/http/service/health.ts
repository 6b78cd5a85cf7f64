import { app } from "@azure/functions";
import { jsonResponse } from "../../../shared/api/response/json-response.ts";
import { recordEndpoint, withoutCaller } from "../../../shared/wiring.ts";

/** GET /api/health: liveness probe. It does not check storage or the backend. */
app.http(
  "health",
  recordEndpoint({
    methods: ["GET", "HEAD"],
    route: "api/health",
    authLevel: "anonymous",
    handler: withoutCaller(
      async () =>
        jsonResponse({ status: "pass" }, { "content-type": "application/health+json", "cache-control": "no-store" }),
      "unlimited",
    ),
  }),
);
