import { app } from "@azure/functions";
import { connectionOf } from "../../../shared/api/access/connection.ts";
import { traceOf } from "../../../shared/api/log/trace.ts";
import { checkAcceptsJson, responseFormat } from "../../../shared/api/request/media-types.ts";
import { bundlePath, flag, readQuery } from "../../../shared/api/request/read-query.ts";
import { withSubmission } from "../../../shared/api/request/read-submission.ts";
import { dryRunResponse, submissionResponse } from "../../../shared/api/response/submission-response.ts";
import { checkJob } from "../../../shared/service/jobs/check-job.ts";
import { submitJob } from "../../../shared/service/jobs/submit-job.ts";
import { authLevel, concurrency, config, recordEndpoint, services, withCaller } from "../../../shared/wiring.ts";

/** POST /api/jobs?dry_run=&job= */
app.http(
  "submit-job",
  recordEndpoint({
    methods: ["POST"],
    route: "api/jobs",
    authLevel,
    handler: withCaller(async (request, caller, context) => {
      const { dry_run, job: jobPath } = readQuery(request, { dry_run: flag, job: bundlePath });
      const { closed } = connectionOf(context.invocationId);
      const options = { ...config(), jobPath, concurrency, closed };
      if (dry_run === true) {
        checkAcceptsJson(request);
        return withSubmission(request, caller, options, async (submission) =>
          dryRunResponse(checkJob(await services(), submission)),
        );
      }
      const format = responseFormat(request);
      const submitted = await withSubmission(request, caller, options, async (submission) =>
        submitJob(await services(), submission, traceOf(context)),
      );
      return submissionResponse((await services()).jobReader, submitted, config().publicUrl, format);
    }, "unlimited"),
  }),
);
