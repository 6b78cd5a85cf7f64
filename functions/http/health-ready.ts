import { app } from "@azure/functions";
import { jsonAnswer } from "../../shared/api/response/json-answer.ts";
import { endpoint, readinessLog, ready, respondToAnyone } from "../../shared/wiring.ts";

/** GET /api/health/ready: storage takes what is written, and the backend can be reached. */
app.http(
  "health-ready",
  endpoint({
    methods: ["GET", "HEAD"],
    route: "api/health/ready",
    authLevel: "anonymous",
    handler: respondToAnyone(async (_request, _caller, context) => {
      const { readiness, failures } = await ready();
      // The caller may be anybody, so the details are in the log alone.
      for (const { check, error } of failures) readinessLog(`Not ready, ${check}`, error, context);
      const headers = { "content-type": "application/health+json", "cache-control": "no-store" };
      // An answer serves for five seconds.
      return readiness.status === "pass"
        ? jsonAnswer(readiness, headers)
        : jsonAnswer(readiness, { ...headers, "retry-after": "5" }, 503);
    }, "unlimited"),
  }),
);
