import { app } from "@azure/functions";
import { checkAcceptsJson } from "../../shared/api/request/media-types.ts";
import { listAnswer, listQuery } from "../../shared/api/response/job-list.ts";
import { listJobs } from "../../shared/service/jobs/list-jobs.ts";
import { authLevel, config, endpoint, respond, servicesFor } from "../../shared/wiring.ts";

/** GET /api/jobs */
app.http(
  "list-jobs",
  endpoint({
    methods: ["GET", "HEAD"],
    route: "api/jobs",
    authLevel,
    handler: respond(async (request, caller) => {
      const query = listQuery(request);
      checkAcceptsJson(request);
      return listAnswer(request, await listJobs(await servicesFor(caller), query), config().publicUrl, new Date());
    }),
  }),
);
