import { app } from "@azure/functions";
import { jsonResponse } from "../../../shared/api/response/json-response.ts";
import { checkReadiness, readinessLog, recordEndpoint, withoutCaller } from "../../../shared/wiring.ts";

/** GET /api/health/ready: readiness probe. Storage accepts writes and the backend can be reached. */
app.http(
  "health-ready",
  recordEndpoint({
    methods: ["GET", "HEAD"],
    route: "api/health/ready",
    authLevel: "anonymous",
    handler: withoutCaller(async (_request, _caller, context) => {
      const { readiness, failures } = await checkReadiness();
      // The endpoint is unauthenticated, so the details are only logged.
      for (const { check, error } of failures) readinessLog(`Not ready, ${check}`, error, context);
      const headers = { "content-type": "application/health+json", "cache-control": "no-store" };
      // A result is cached for five seconds.
      return readiness.status === "pass"
        ? jsonResponse(readiness, headers)
        : jsonResponse(readiness, { ...headers, "retry-after": "5" }, 503);
    }, "unlimited"),
  }),
);
