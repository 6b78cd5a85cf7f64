import { app } from "@azure/functions";
import { connectionOf } from "../../../shared/api/access/connection.ts";
import { traceOf } from "../../../shared/api/log/trace.ts";
import { responseFormat } from "../../../shared/api/request/media-types.ts";
import { pathParameter } from "../../../shared/api/request/path-parameter.ts";
import { putCondition } from "../../../shared/api/request/preconditions.ts";
import { bundlePath, readQuery } from "../../../shared/api/request/read-query.ts";
import { withSubmission } from "../../../shared/api/request/read-submission.ts";
import { submissionResponse } from "../../../shared/api/response/submission-response.ts";
import { submitJob } from "../../../shared/service/jobs/submit-job.ts";
import { authLevel, concurrency, config, recordEndpoint, services, withCaller } from "../../../shared/wiring.ts";

/** PUT /api/jobs/{name}?job= */
app.http(
  "put-job",
  recordEndpoint({
    methods: ["PUT"],
    route: "api/jobs/{name}",
    authLevel,
    handler: withCaller(async (request, caller, context) => {
      const { job: jobPath } = readQuery(request, { job: bundlePath });
      const format = responseFormat(request);
      const name = pathParameter(request, "name");
      const condition = putCondition(request);
      const { closed } = connectionOf(context.invocationId);
      const options = { ...config(), jobPath, concurrency, closed };
      const submitted = await withSubmission(request, caller, options, async (submission) =>
        submitJob(await services(), { ...submission, name, condition }, traceOf(context)),
      );
      return submissionResponse((await services()).jobReader, submitted, config().publicUrl, format);
    }, "unlimited"),
  }),
);
