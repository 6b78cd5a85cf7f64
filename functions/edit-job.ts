import { app } from "@azure/functions";
import { jobAnswer } from "../shared/api/job-answer.ts";
import { answerFormat } from "../shared/api/media-types.ts";
import { jobName } from "../shared/api/path-parameter.ts";
import { expectedRevisions } from "../shared/api/preconditions.ts";
import { readEdit } from "../shared/api/read-edit.ts";
import { readQuery } from "../shared/api/read-query.ts";
import { editJob } from "../shared/service/edit-job.ts";
import { authLevel, config, respond, servicesFor } from "../shared/wiring.ts";

/** PATCH /api/jobs/{name} */
app.http("edit-job", {
  methods: ["PATCH"],
  route: "api/jobs/{name}",
  authLevel,
  handler: respond(async (request, caller) => {
    readQuery(request, {});
    const format = answerFormat(request);
    const edit = await readEdit(request, config().maxBodyBytes);
    const record = await editJob(await servicesFor(caller), jobName(request), { edit, by: caller, expected: expectedRevisions(request) });
    return jobAnswer(record, config().publicUrl, { format });
  }),
});
