import { app } from "@azure/functions";
import { checkAcceptsJson } from "../../shared/api/request/media-types.ts";
import { jobName } from "../../shared/api/request/path-parameter.ts";
import { readQuery } from "../../shared/api/request/read-query.ts";
import { jsonAnswer } from "../../shared/api/response/json-answer.ts";
import { listLogFiles } from "../../shared/service/jobs/get-log-file.ts";
import { authLevel, endpoint, respond, servicesFor } from "../../shared/wiring.ts";

/** GET /api/jobs/{name}/log_files */
app.http(
  "list-log-files",
  endpoint({
    methods: ["GET", "HEAD"],
    route: "api/jobs/{name}/log_files",
    authLevel,
    handler: respond(async (request, caller) => {
      readQuery(request, {});
      checkAcceptsJson(request);
      return jsonAnswer(await listLogFiles(await servicesFor(caller), jobName(request)), {
        "cache-control": "no-store",
      });
    }),
  }),
);
