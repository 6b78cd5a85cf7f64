import { app } from "@azure/functions";
import { readQuery } from "../../../shared/api/request/read-query.ts";
import { jsonResponse } from "../../../shared/api/response/json-response.ts";
import { config, recordEndpoint, withoutCaller } from "../../../shared/wiring.ts";

/** GET /api/schemas */
app.http(
  "list-schemas",
  recordEndpoint({
    methods: ["GET", "HEAD"],
    route: "api/schemas",
    authLevel: "anonymous",
    handler: withoutCaller(async (request) => {
      readQuery(request, {});
      // Loaded at the first request, which keeps the start short.
      const { listSchemas } = await import("../../../shared/service/jobs/list-schemas.ts");
      return jsonResponse({ value: listSchemas(config().publicUrl) }, { "cache-control": "max-age=3600" });
    }),
  }),
);
