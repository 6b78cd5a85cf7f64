import { app } from "@azure/functions";
import { jobName } from "../../shared/api/request/path-parameter.ts";
import { asDownload, fileAnswer } from "../../shared/api/response/file-answer.ts";
import { getOutput } from "../../shared/service/jobs/get-output.ts";
import { authLevel, budgets, endpoint, respond, servicesFor } from "../../shared/wiring.ts";

/** GET /api/jobs/{name}/outputs/{first}/{*rest}?redirect= */
app.http(
  "get-output",
  endpoint({
    methods: ["GET", "HEAD"],
    route: "api/jobs/{name}/outputs/{first}/{*rest}",
    authLevel,
    handler: respond(
      (request, caller, { invocationId }) =>
        fileAnswer({
          request,
          invocationId,
          downloads: budgets.downloads,
          headers: asDownload,
          read: async (path, range) => getOutput(await servicesFor(caller), jobName(request), path, range),
        }),
      "unlimited",
    ),
  }),
);
