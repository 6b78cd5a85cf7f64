import { app } from "@azure/functions";
import { pathParameter } from "../../../shared/api/request/path-parameter.ts";
import { readQuery } from "../../../shared/api/request/read-query.ts";
import { jsonResponse } from "../../../shared/api/response/json-response.ts";
import { config, recordEndpoint, withoutCaller } from "../../../shared/wiring.ts";

/** GET /api/schemas/{type}: unauthenticated, because editors send no key and schemas contain no data of callers. */
app.http(
  "get-schema",
  recordEndpoint({
    methods: ["GET", "HEAD"],
    route: "api/schemas/{type}",
    authLevel: "anonymous",
    handler: withoutCaller(async (request) => {
      readQuery(request, {});
      // Loaded on demand, because job types load slowly and schemas are rarely requested.
      const { getSchema } = await import("../../../shared/service/jobs/get-schema.ts");
      const schema = getSchema(pathParameter(request, "type"), config().publicUrl);
      return jsonResponse(schema, { "content-type": "application/schema+json", "cache-control": "max-age=3600" });
    }),
  }),
);
