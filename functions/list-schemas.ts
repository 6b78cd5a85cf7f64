import { app } from "@azure/functions";
import { jsonAnswer } from "../shared/api/json-answer.ts";
import { readQuery } from "../shared/api/read-query.ts";
import { config, respond } from "../shared/wiring.ts";

/** GET /api/schemas */
app.http("list-schemas", {
  methods: ["GET", "HEAD"],
  route: "api/schemas",
  authLevel: "anonymous",
  handler: respond(async (request) => {
    readQuery(request, {});
    const { listSchemas } = await import("../shared/service/list-schemas.ts");
    return jsonAnswer({ value: listSchemas(config().publicUrl) }, { "cache-control": "max-age=3600" });
  }),
});
