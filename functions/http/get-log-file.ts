import { app } from "@azure/functions";
import { jobName } from "../../shared/api/request/path-parameter.ts";
import { asText, fileAnswer } from "../../shared/api/response/file-answer.ts";
import { getLogFile } from "../../shared/service/jobs/get-log-file.ts";
import { authLevel, budgets, endpoint, respond, servicesFor } from "../../shared/wiring.ts";

/** GET /api/jobs/{name}/log_files/{first}/{*rest}?redirect= */
app.http(
  "get-log-file",
  endpoint({
    methods: ["GET", "HEAD"],
    route: "api/jobs/{name}/log_files/{first}/{*rest}",
    authLevel,
    handler: respond(
      (request, caller, { invocationId }) =>
        fileAnswer({
          request,
          invocationId,
          downloads: budgets.downloads,
          headers: asText,
          read: async (path, range) => getLogFile(await servicesFor(caller), jobName(request), path, range),
        }),
      "unlimited",
    ),
  }),
);
