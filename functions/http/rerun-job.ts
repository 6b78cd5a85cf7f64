import { app } from "@azure/functions";
import { within } from "../../shared/api/access/budgets.ts";
import { connectionOf } from "../../shared/api/access/connection.ts";
import { traceOf } from "../../shared/api/log/trace.ts";
import { checkNoBody } from "../../shared/api/request/check-no-body.ts";
import { answerFormat } from "../../shared/api/request/media-types.ts";
import { jobName } from "../../shared/api/request/path-parameter.ts";
import { readQuery } from "../../shared/api/request/read-query.ts";
import { readSubmitter } from "../../shared/api/request/read-submission.ts";
import { submittedAnswer } from "../../shared/api/response/submission-answer.ts";
import { rerunJob } from "../../shared/service/jobs/rerun-job.ts";
import { authLevel, budgets, config, endpoint, respond, services, servicesFor } from "../../shared/wiring.ts";

const instead =
  "A rerun is the same job again; to run another one, change its YAML (GET /api/jobs/{name}), take the name out and POST it to /api/jobs.";

/** POST /api/jobs/{name}/rerun */
app.http(
  "rerun-job",
  endpoint({
    methods: ["POST"],
    route: "api/jobs/{name}/rerun",
    authLevel,
    handler: respond(async (request, caller, context) => {
      readQuery(request, {});
      const format = answerFormat(request);
      const { closed } = connectionOf(context.invocationId);
      await within(budgets.bodies, closed, () => checkNoBody(request, instead));
      const by = readSubmitter(request, caller);
      const submitted = await within(budgets.submissions, closed, async () =>
        rerunJob(await servicesFor(caller), jobName(request), by, traceOf(context)),
      );
      return submittedAnswer((await services()).jobReader, submitted, config().publicUrl, format);
    }, "unlimited"),
  }),
);
