import { app } from "@azure/functions";
import { checkAcceptsJson } from "../../shared/api/request/media-types.ts";
import { jobName } from "../../shared/api/request/path-parameter.ts";
import { readQuery } from "../../shared/api/request/read-query.ts";
import { jsonAnswer } from "../../shared/api/response/json-answer.ts";
import { listOutputs } from "../../shared/service/jobs/get-output.ts";
import { authLevel, endpoint, respond, servicesFor } from "../../shared/wiring.ts";

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
      return jsonAnswer(
        { value: await listOutputs(await servicesFor(caller), jobName(request)) },
        { "cache-control": "no-store" },
      );
    }),
  }),
);
