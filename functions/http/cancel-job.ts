import { app } from "@azure/functions";
import { answerFormat } from "../../shared/api/request/media-types.ts";
import { jobName } from "../../shared/api/request/path-parameter.ts";
import { expectedRevisions } from "../../shared/api/request/preconditions.ts";
import { readQuery } from "../../shared/api/request/read-query.ts";
import { jobAnswer } from "../../shared/api/response/job-answer.ts";
import { cancelJob } from "../../shared/service/jobs/cancel-job.ts";
import { authLevel, config, endpoint, respond, services, servicesFor } from "../../shared/wiring.ts";

/** POST /api/jobs/{name}/cancel */
app.http(
  "cancel-job",
  endpoint({
    methods: ["POST"],
    route: "api/jobs/{name}/cancel",
    authLevel,
    handler: respond(async (request, caller) => {
      readQuery(request, {});
      const format = answerFormat(request);
      const record = await cancelJob(await servicesFor(caller), jobName(request), {
        expected: expectedRevisions(request),
      });
      return jobAnswer((await services()).jobReader, record, config().publicUrl, { format });
    }),
  }),
);
