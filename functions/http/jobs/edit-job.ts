import { app } from "@azure/functions";
import { withSlot } from "../../../shared/api/access/concurrency-limits.ts";
import { connectionOf } from "../../../shared/api/access/connection.ts";
import { responseFormat } from "../../../shared/api/request/media-types.ts";
import { jobName } from "../../../shared/api/request/path-parameter.ts";
import { expectedRevisions } from "../../../shared/api/request/preconditions.ts";
import { readEdit } from "../../../shared/api/request/read-edit.ts";
import { readQuery } from "../../../shared/api/request/read-query.ts";
import { jobResponse } from "../../../shared/api/response/job-response.ts";
import { editJob } from "../../../shared/service/jobs/edit-job.ts";
import {
  authLevel,
  concurrency,
  config,
  recordEndpoint,
  services,
  servicesFor,
  withCaller,
} from "../../../shared/wiring.ts";

/** PATCH /api/jobs/{name} */
app.http(
  "edit-job",
  recordEndpoint({
    methods: ["PATCH"],
    route: "api/jobs/{name}",
    authLevel,
    handler: withCaller(async (request, caller, { invocationId }) => {
      readQuery(request, {});
      const format = responseFormat(request);
      const { closed } = connectionOf(invocationId);
      const edit = await withSlot(concurrency.bodies, closed, () => readEdit(request, config().maxBodyBytes));
      const change = { edit, by: caller, expected: expectedRevisions(request) };
      const record = await withSlot(concurrency.others, closed, async () =>
        editJob(await servicesFor(caller), jobName(request), change),
      );
      return jobResponse((await services()).jobReader, record, config().publicUrl, { format });
    }, "unlimited"),
  }),
);
