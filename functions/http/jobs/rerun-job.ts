import { app } from "@azure/functions";
import { withSlot } from "../../../shared/api/access/concurrency-limits.ts";
import { connectionOf } from "../../../shared/api/access/connection.ts";
import { traceOf } from "../../../shared/api/log/trace.ts";
import { checkNoBody } from "../../../shared/api/request/check-no-body.ts";
import { responseFormat } from "../../../shared/api/request/media-types.ts";
import { jobName } from "../../../shared/api/request/path-parameter.ts";
import { readQuery } from "../../../shared/api/request/read-query.ts";
import { readSubmitter } from "../../../shared/api/request/read-submission.ts";
import { submissionResponse } from "../../../shared/api/response/submission-response.ts";
import { rerunJob } from "../../../shared/service/jobs/rerun-job.ts";
import {
  authLevel,
  concurrency,
  config,
  recordEndpoint,
  services,
  servicesFor,
  withCaller,
} from "../../../shared/wiring.ts";

const alternative =
  "To run a changed job, get its YAML (GET /api/jobs/{name}), edit it, remove its name and POST it to /api/jobs.";

/** POST /api/jobs/{name}/rerun */
app.http(
  "rerun-job",
  recordEndpoint({
    methods: ["POST"],
    route: "api/jobs/{name}/rerun",
    authLevel,
    handler: withCaller(async (request, caller, context) => {
      readQuery(request, {});
      const format = responseFormat(request);
      const { closed } = connectionOf(context.invocationId);
      await withSlot(concurrency.bodies, closed, () => checkNoBody(request, alternative));
      const by = readSubmitter(request, caller);
      const submitted = await withSlot(concurrency.submissions, closed, async () =>
        rerunJob(await servicesFor(caller), jobName(request), by, traceOf(context)),
      );
      return submissionResponse((await services()).jobReader, submitted, config().publicUrl, format);
    }, "unlimited"),
  }),
);
