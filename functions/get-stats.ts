import { app } from "@azure/functions";
import { jsonAnswer } from "../shared/api/json-answer.ts";
import { checkAcceptsJson } from "../shared/api/media-types.ts";
import { readQuery, wholeNumber } from "../shared/api/read-query.ts";
import { getStats } from "../shared/service/get-stats.ts";
import { authLevel, endpoint, respond, servicesFor } from "../shared/wiring.ts";

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
