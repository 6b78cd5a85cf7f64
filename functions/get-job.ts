import { app } from "@azure/functions";
import { jobAnswer } from "../shared/api/job-answer.ts";
import { answerFormat } from "../shared/api/media-types.ts";
import { jobName } from "../shared/api/path-parameter.ts";
import { entityTag, isUnchanged, notModified } from "../shared/api/preconditions.ts";
import { readQuery, wholeNumber } from "../shared/api/read-query.ts";
import { waitForJob } from "../shared/service/wait-for-job.ts";
import { authLevel, config, respond, servicesFor } from "../shared/wiring.ts";

/** GET /api/jobs/{name}?wait= */
app.http("get-job", {
  methods: ["GET"],
  route: "api/jobs/{name}",
  authLevel,
  handler: respond(async (request, caller) => {
    const { wait = 0 } = readQuery(request, { wait: wholeNumber(0, 60) });
    const format = answerFormat(request);
    const record = await waitForJob(await servicesFor(caller), jobName(request), wait, ({ revision }) => isUnchanged(request, entityTag(revision, format)));
    const etag = entityTag(record.revision, format);
    return isUnchanged(request, etag) ? notModified(etag) : jobAnswer(record, config().publicUrl, { format });
  }),
});
