import { app } from "@azure/functions";
import { connectionOf } from "../../shared/api/access/connection.ts";
import { enterWait } from "../../shared/api/access/wait-place.ts";
import { answerFormat } from "../../shared/api/request/media-types.ts";
import { jobName } from "../../shared/api/request/path-parameter.ts";
import { isUnchanged, notModified } from "../../shared/api/request/preconditions.ts";
import { readQuery, wholeNumber } from "../../shared/api/request/read-query.ts";
import { jobAnswer, jobTag } from "../../shared/api/response/job-answer.ts";
import { type ShownJob, waitForJob } from "../../shared/service/jobs/wait-for-job.ts";
import { authLevel, budgets, config, endpoint, respond, services, servicesFor } from "../../shared/wiring.ts";

/** GET /api/jobs/{name}?wait= */
app.http(
  "get-job",
  endpoint({
    methods: ["GET", "HEAD"],
    route: "api/jobs/{name}",
    authLevel,
    handler: respond(async (request, caller, { invocationId }) => {
      const { wait = 0 } = readQuery(request, { wait: wholeNumber(0, 60) });
      const format = answerFormat(request);
      const { closed: signal } = connectionOf(invocationId);
      const { seconds, headers, place } = await enterWait(budgets, wait, signal);
      try {
        const isKnown = (job: ShownJob) => isUnchanged(request, jobTag(job, format));
        const record = await waitForJob(await servicesFor(caller), jobName(request), seconds, isKnown, { signal });
        return isKnown(record)
          ? notModified(jobTag(record, format), headers)
          : jobAnswer((await services()).jobReader, record, config().publicUrl, { format });
      } finally {
        place.leave();
      }
    }, "unlimited"),
  }),
);
