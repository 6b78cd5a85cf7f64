import { app } from "@azure/functions";
import { checkAcceptsJson } from "../../../shared/api/request/media-types.ts";
import { jobName } from "../../../shared/api/request/path-parameter.ts";
import { readQuery } from "../../../shared/api/request/read-query.ts";
import { jsonResponse } from "../../../shared/api/response/json-response.ts";
import { listLogFiles } from "../../../shared/service/jobs/get-log-file.ts";
import { authLevel, recordEndpoint, servicesFor, withCaller } from "../../../shared/wiring.ts";

/** GET /api/jobs/{name}/log_files */
app.http(
  "list-log-files",
  recordEndpoint({
    methods: ["GET", "HEAD"],
    route: "api/jobs/{name}/log_files",
    authLevel,
    handler: withCaller(async (request, caller) => {
      readQuery(request, {});
      checkAcceptsJson(request);
      return jsonResponse(await listLogFiles(await servicesFor(caller), jobName(request)), {
        "cache-control": "no-store",
      });
    }),
  }),
);
