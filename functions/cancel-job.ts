import { app } from "@azure/functions";
import { jobAnswer } from "../shared/api/job-answer.ts";
import { answerFormat } from "../shared/api/media-types.ts";
import { jobName } from "../shared/api/path-parameter.ts";
import { expectedRevisions } from "../shared/api/preconditions.ts";
import { readQuery } from "../shared/api/read-query.ts";
import { cancelJob } from "../shared/service/cancel-job.ts";
import { authLevel, config, endpoint, respond, servicesFor } from "../shared/wiring.ts";

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
      const record = await cancelJob(await servicesFor(caller), jobName(request), { expected: expectedRevisions(request) });
      return jobAnswer(record, config().publicUrl, { format });
    }),
  }),
);
