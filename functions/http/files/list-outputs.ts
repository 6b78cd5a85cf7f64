import { app } from "@azure/functions";
import { checkAcceptsJson } from "../../../shared/api/request/media-types.ts";
import { jobName } from "../../../shared/api/request/path-parameter.ts";
import { readQuery } from "../../../shared/api/request/read-query.ts";
import { jsonResponse } from "../../../shared/api/response/json-response.ts";
import { listOutputs } from "../../../shared/service/jobs/get-output.ts";
import { authLevel, recordEndpoint, servicesFor, withCaller } from "../../../shared/wiring.ts";

/** GET /api/jobs/{name}/outputs */
app.http(
  "list-outputs",
  recordEndpoint({
    methods: ["GET", "HEAD"],
    route: "api/jobs/{name}/outputs",
    authLevel,
    handler: withCaller(async (request, caller) => {
      readQuery(request, {});
      checkAcceptsJson(request);
      return jsonResponse(
        { value: await listOutputs(await servicesFor(caller), jobName(request)) },
        { "cache-control": "no-store" },
      );
    }),
  }),
);
