import { app } from "@azure/functions";
import { within } from "../../shared/api/access/budgets.ts";
import { connectionOf } from "../../shared/api/access/connection.ts";
import { answerFormat } from "../../shared/api/request/media-types.ts";
import { jobName } from "../../shared/api/request/path-parameter.ts";
import { expectedRevisions } from "../../shared/api/request/preconditions.ts";
import { readEdit } from "../../shared/api/request/read-edit.ts";
import { readQuery } from "../../shared/api/request/read-query.ts";
import { jobAnswer } from "../../shared/api/response/job-answer.ts";
import { editJob } from "../../shared/service/jobs/edit-job.ts";
import { authLevel, budgets, config, endpoint, respond, services, servicesFor } from "../../shared/wiring.ts";

/** PATCH /api/jobs/{name} */
app.http(
  "edit-job",
  endpoint({
    methods: ["PATCH"],
    route: "api/jobs/{name}",
    authLevel,
    handler: respond(async (request, caller, { invocationId }) => {
      readQuery(request, {});
      const format = answerFormat(request);
      const { closed } = connectionOf(invocationId);
      const edit = await within(budgets.bodies, closed, () => readEdit(request, config().maxBodyBytes));
      const change = { edit, by: caller, expected: expectedRevisions(request) };
      const record = await within(budgets.calls, closed, async () =>
        editJob(await servicesFor(caller), jobName(request), change),
      );
      return jobAnswer((await services()).jobReader, record, config().publicUrl, { format });
    }, "unlimited"),
  }),
);
