import { app } from "@azure/functions";
import { connectionOf } from "../../shared/api/access/connection.ts";
import { traceOf } from "../../shared/api/log/trace.ts";
import { answerFormat } from "../../shared/api/request/media-types.ts";
import { pathParameter } from "../../shared/api/request/path-parameter.ts";
import { putCondition } from "../../shared/api/request/preconditions.ts";
import { bundlePath, readQuery } from "../../shared/api/request/read-query.ts";
import { withSubmission } from "../../shared/api/request/read-submission.ts";
import { submittedAnswer } from "../../shared/api/response/submission-answer.ts";
import { submitJob } from "../../shared/service/jobs/submit-job.ts";
import { authLevel, budgets, config, endpoint, respond, services } from "../../shared/wiring.ts";

/** PUT /api/jobs/{name}?job= */
app.http(
  "put-job",
  endpoint({
    methods: ["PUT"],
    route: "api/jobs/{name}",
    authLevel,
    handler: respond(async (request, caller, context) => {
      const { job: jobPath } = readQuery(request, { job: bundlePath });
      const format = answerFormat(request);
      const name = pathParameter(request, "name");
      const condition = putCondition(request);
      const { closed } = connectionOf(context.invocationId);
      const options = { ...config(), jobPath, budgets, closed };
      const submitted = await withSubmission(request, caller, options, async (submission) =>
        submitJob(await services(), { ...submission, name, condition }, traceOf(context)),
      );
      return submittedAnswer((await services()).jobReader, submitted, config().publicUrl, format);
    }, "unlimited"),
  }),
);
