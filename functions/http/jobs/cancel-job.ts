import { app } from "@azure/functions";
import { responseFormat } from "../../../shared/api/request/media-types.ts";
import { jobName } from "../../../shared/api/request/path-parameter.ts";
import { expectedRevisions } from "../../../shared/api/request/preconditions.ts";
import { readQuery } from "../../../shared/api/request/read-query.ts";
import { jobResponse } from "../../../shared/api/response/job-response.ts";
import { cancelJob } from "../../../shared/service/jobs/cancel-job.ts";
import { authLevel, config, recordEndpoint, services, servicesFor, withCaller } from "../../../shared/wiring.ts";

/** POST /api/jobs/{name}/cancel */
app.http(
  "cancel-job",
  recordEndpoint({
    methods: ["POST"],
    route: "api/jobs/{name}/cancel",
    authLevel,
    handler: withCaller(async (request, caller) => {
      readQuery(request, {});
      const format = responseFormat(request);
      const record = await cancelJob(await servicesFor(caller), jobName(request), {
        expected: expectedRevisions(request),
      });
      return jobResponse((await services()).jobReader, record, config().publicUrl, { format });
    }),
  }),
);
