import { app } from "@azure/functions";
import { jobName } from "../../../shared/api/request/path-parameter.ts";
import { expectedRevisions } from "../../../shared/api/request/preconditions.ts";
import { readQuery } from "../../../shared/api/request/read-query.ts";
import { deleteJob } from "../../../shared/service/jobs/delete-job.ts";
import { authLevel, recordEndpoint, servicesFor, withCaller } from "../../../shared/wiring.ts";

/** DELETE /api/jobs/{name} */
app.http(
  "delete-job",
  recordEndpoint({
    methods: ["DELETE"],
    route: "api/jobs/{name}",
    authLevel,
    handler: withCaller(async (request, caller) => {
      readQuery(request, {});
      await deleteJob(await servicesFor(caller), jobName(request), { expected: expectedRevisions(request) });
      return { status: 204 };
    }),
  }),
);
