import { app } from "@azure/functions";
import { listAnswer, listQuery } from "../shared/api/job-list.ts";
import { checkAcceptsJson } from "../shared/api/media-types.ts";
import { listJobs } from "../shared/service/list-jobs.ts";
import { authLevel, config, respond, services } from "../shared/wiring.ts";

/** GET /api/jobs */
app.http("list-jobs", {
  methods: ["GET"],
  route: "api/jobs",
  authLevel,
  handler: respond(async (request) => {
    const query = listQuery(request);
    checkAcceptsJson(request);
    return listAnswer(request, await listJobs(await services(), query), config().publicUrl);
  }),
});
