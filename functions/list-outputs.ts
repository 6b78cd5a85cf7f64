import { app } from "@azure/functions";
import { jsonAnswer } from "../shared/api/json-answer.ts";
import { checkAcceptsJson } from "../shared/api/media-types.ts";
import { jobName } from "../shared/api/path-parameter.ts";
import { readQuery } from "../shared/api/read-query.ts";
import { listOutputs } from "../shared/service/read-output.ts";
import { authLevel, endpoint, respond, servicesFor } from "../shared/wiring.ts";

/** GET /api/jobs/{name}/outputs */
app.http(
  "list-outputs",
  endpoint({
    methods: ["GET", "HEAD"],
    route: "api/jobs/{name}/outputs",
    authLevel,
    handler: respond(async (request, caller) => {
      readQuery(request, {});
      checkAcceptsJson(request);
      return jsonAnswer({ value: await listOutputs(await servicesFor(caller), jobName(request)) }, { "cache-control": "no-store" });
    }),
  }),
);
