import { app } from "@azure/functions";
import { jobName } from "../../../shared/api/request/path-parameter.ts";
import { asText, fileResponse } from "../../../shared/api/response/file-response.ts";
import { getLogFile } from "../../../shared/service/jobs/get-log-file.ts";
import { authLevel, concurrency, recordEndpoint, servicesFor, withCaller } from "../../../shared/wiring.ts";

/** GET /api/jobs/{name}/log_files/{first}/{*rest}?redirect= */
app.http(
  "get-log-file",
  recordEndpoint({
    methods: ["GET", "HEAD"],
    route: "api/jobs/{name}/log_files/{first}/{*rest}",
    authLevel,
    handler: withCaller(
      (request, caller, { invocationId }) =>
        fileResponse({
          request,
          invocationId,
          downloads: concurrency.downloads,
          headers: asText,
          read: async (path, range) => getLogFile(await servicesFor(caller), jobName(request), path, range),
        }),
      "unlimited",
    ),
  }),
);
