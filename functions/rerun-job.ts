import { app } from "@azure/functions";
import { checkNoBody } from "../shared/api/check-no-body.ts";
import { answerFormat } from "../shared/api/media-types.ts";
import { jobName } from "../shared/api/path-parameter.ts";
import { readQuery } from "../shared/api/read-query.ts";
import { readSubmitter } from "../shared/api/read-submission.ts";
import { submittedAnswer } from "../shared/api/submission-answer.ts";
import { traceOf } from "../shared/api/trace.ts";
import { rerunJob } from "../shared/service/rerun-job.ts";
import { authLevel, config, respond, servicesFor } from "../shared/wiring.ts";

const instead = "A rerun is the same job again; to run another one, change its YAML (GET /api/jobs/{name}), take the name out and POST it to /api/jobs.";

/** POST /api/jobs/{name}/rerun */
app.http("rerun-job", {
  methods: ["POST"],
  route: "api/jobs/{name}/rerun",
  authLevel,
  handler: respond(async (request, caller, context) => {
    readQuery(request, {});
    const format = answerFormat(request);
    await checkNoBody(request, instead);
    const submitted = await rerunJob(await servicesFor(caller), jobName(request), readSubmitter(request, caller), traceOf(context));
    return submittedAnswer(submitted, config().publicUrl, format);
  }),
});
