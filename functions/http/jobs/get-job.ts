import { app } from "@azure/functions";
import { connectionOf } from "../../../shared/api/access/connection.ts";
import { acquireWaitSlot } from "../../../shared/api/access/wait-slot.ts";
import { responseFormat } from "../../../shared/api/request/media-types.ts";
import { jobName } from "../../../shared/api/request/path-parameter.ts";
import { isUnchanged, notModified } from "../../../shared/api/request/preconditions.ts";
import { readQuery, wholeNumber } from "../../../shared/api/request/read-query.ts";
import { jobResponse, jobTag } from "../../../shared/api/response/job-response.ts";
import { type ShownJob, waitForJob } from "../../../shared/service/jobs/wait-for-job.ts";
import {
  authLevel,
  concurrency,
  config,
  recordEndpoint,
  services,
  servicesFor,
  withCaller,
} from "../../../shared/wiring.ts";

/** GET /api/jobs/{name}?wait= */
app.http(
  "get-job",
  recordEndpoint({
    methods: ["GET", "HEAD"],
    route: "api/jobs/{name}",
    authLevel,
    handler: withCaller(async (request, caller, { invocationId }) => {
      const { wait = 0 } = readQuery(request, { wait: wholeNumber(0, 60) });
      const format = responseFormat(request);
      const { closed: signal } = connectionOf(invocationId);
      const { seconds, headers, slot } = await acquireWaitSlot(concurrency, wait, signal);
      try {
        const isUnchangedForCaller = (job: ShownJob) => isUnchanged(request, jobTag(job, format));
        const record = await waitForJob(await servicesFor(caller), jobName(request), seconds, isUnchangedForCaller, {
          signal,
        });
        return isUnchangedForCaller(record)
          ? notModified(jobTag(record, format), headers)
          : jobResponse((await services()).jobReader, record, config().publicUrl, { format });
      } finally {
        slot.release();
      }
    }, "unlimited"),
  }),
);
