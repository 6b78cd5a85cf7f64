import { app } from "@azure/functions";
import { checkAcceptsJson } from "../../shared/api/request/media-types.ts";
import { readQuery, wholeNumber } from "../../shared/api/request/read-query.ts";
import { jsonAnswer } from "../../shared/api/response/json-answer.ts";
import { getStats } from "../../shared/service/jobs/get-stats.ts";
import { authLevel, endpoint, respond, servicesFor } from "../../shared/wiring.ts";

/** GET /api/stats?days= */
app.http(
  "get-stats",
  endpoint({
    methods: ["GET", "HEAD"],
    route: "api/stats",
    authLevel,
    handler: respond(async (request, caller) => {
      const { days = 7 } = readQuery(request, { days: wholeNumber(1, 90) });
      checkAcceptsJson(request);
      return jsonAnswer(await getStats(await servicesFor(caller), days), { "cache-control": "no-store" });
    }),
  }),
);
