import { app } from "@azure/functions";
import { checkAcceptsJson } from "../../../shared/api/request/media-types.ts";
import { readQuery, wholeNumber } from "../../../shared/api/request/read-query.ts";
import { jsonResponse } from "../../../shared/api/response/json-response.ts";
import { getStats } from "../../../shared/service/jobs/get-stats.ts";
import { authLevel, recordEndpoint, servicesFor, withCaller } from "../../../shared/wiring.ts";

/** GET /api/stats?days= */
app.http(
  "get-stats",
  recordEndpoint({
    methods: ["GET", "HEAD"],
    route: "api/stats",
    authLevel,
    handler: withCaller(async (request, caller) => {
      const { days = 7 } = readQuery(request, { days: wholeNumber(1, 90) });
      checkAcceptsJson(request);
      return jsonResponse(await getStats(await servicesFor(caller), days), { "cache-control": "no-store" });
    }),
  }),
);
