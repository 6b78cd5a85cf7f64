import { app } from "@azure/functions";
import { readQuery } from "../../shared/api/request/read-query.ts";
import { jsonAnswer } from "../../shared/api/response/json-answer.ts";
import { config, endpoint, respondToAnyone } from "../../shared/wiring.ts";

/** GET /api/schemas */
app.http(
  "list-schemas",
  endpoint({
    methods: ["GET", "HEAD"],
    route: "api/schemas",
    authLevel: "anonymous",
    handler: respondToAnyone(async (request) => {
      readQuery(request, {});
      // In a file of its own it would be one more to read at each start.
      const { listSchemas } = await import("../../shared/service/jobs/list-schemas.ts");
      return jsonAnswer({ value: listSchemas(config().publicUrl) }, { "cache-control": "max-age=3600" });
    }),
  }),
);
