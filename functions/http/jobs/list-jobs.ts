import { app } from "@azure/functions";
import { checkAcceptsJson } from "../../../shared/api/request/media-types.ts";
import { readJobListQuery } from "../../../shared/api/request/read-job-list-query.ts";
import { jobListResponse } from "../../../shared/api/response/job-list-response.ts";
import { listJobs } from "../../../shared/service/jobs/list-jobs.ts";
import { authLevel, config, recordEndpoint, servicesFor, withCaller } from "../../../shared/wiring.ts";

/** GET /api/jobs */
app.http(
  "list-jobs",
  recordEndpoint({
    methods: ["GET", "HEAD"],
    route: "api/jobs",
    authLevel,
    handler: withCaller(async (request, caller) => {
      const query = readJobListQuery(request);
      checkAcceptsJson(request);
      return jobListResponse(request, await listJobs(await servicesFor(caller), query), config().publicUrl, new Date());
    }),
  }),
);
