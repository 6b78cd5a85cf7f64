import { app } from "@azure/functions";
import { listAnswer, listQuery } from "../shared/api/job-list.ts";
import { listJobs } from "../shared/service/list-jobs.ts";
import { authLevel, config, respond, services } from "../shared/wiring.ts";

/** GET /api/jobs */
app.http("list-jobs", {
  methods: ["GET"],
  route: "api/jobs",
  authLevel,
  handler: respond(async (request) => listAnswer(request, await listJobs(services(), listQuery(request)), config().publicUrl)),
});
