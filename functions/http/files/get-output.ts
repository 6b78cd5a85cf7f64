import { app } from "@azure/functions";
import { jobName } from "../../../shared/api/request/path-parameter.ts";
import { asDownload, fileResponse } from "../../../shared/api/response/file-response.ts";
import { getOutput } from "../../../shared/service/jobs/get-output.ts";
import { authLevel, concurrency, recordEndpoint, servicesFor, withCaller } from "../../../shared/wiring.ts";

/** GET /api/jobs/{name}/outputs/{first}/{*rest}?redirect= */
app.http(
  "get-output",
  recordEndpoint({
    methods: ["GET", "HEAD"],
    route: "api/jobs/{name}/outputs/{first}/{*rest}",
    authLevel,
    handler: withCaller(
      (request, caller, { invocationId }) =>
        fileResponse({
          request,
          invocationId,
          downloads: concurrency.downloads,
          headers: asDownload,
          read: async (path, range) => getOutput(await servicesFor(caller), jobName(request), path, range),
        }),
      "unlimited",
    ),
  }),
);
