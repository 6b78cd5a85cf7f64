import { app } from "@azure/functions";
import { jobName } from "../shared/api/path-parameter.ts";
import { expectedRevisions } from "../shared/api/preconditions.ts";
import { readQuery } from "../shared/api/read-query.ts";
import { deleteJob } from "../shared/service/delete-job.ts";
import { authLevel, respond, services } from "../shared/wiring.ts";

/** DELETE /api/jobs/{name} */
app.http("delete-job", {
  methods: ["DELETE"],
  route: "api/jobs/{name}",
  authLevel,
  handler: respond(async (request) => {
    readQuery(request, {});
    await deleteJob(await services(), jobName(request), { expected: expectedRevisions(request) });
    return { status: 204 };
  }),
});
