import { app } from "@azure/functions";
import { connectionOf } from "../shared/api/connection.ts";
import { answerFormat } from "../shared/api/media-types.ts";
import { pathParameter } from "../shared/api/path-parameter.ts";
import { putCondition } from "../shared/api/preconditions.ts";
import { bundlePath, readQuery } from "../shared/api/read-query.ts";
import { withSubmission } from "../shared/api/read-submission.ts";
import { submittedAnswer } from "../shared/api/submission-answer.ts";
import { traceOf } from "../shared/api/trace.ts";
import { submitJob } from "../shared/service/submit-job.ts";
import { authLevel, budgets, config, endpoint, respond, services } from "../shared/wiring.ts";

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
      return submittedAnswer(submitted, config().publicUrl, format);
    }, "unlimited"),
  }),
);
