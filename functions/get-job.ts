import { app } from "@azure/functions";
import { entityTag, isUnchanged, jobAnswer, notModified } from "../shared/api/job-answer.ts";
import { answerFormat } from "../shared/api/media-types.ts";
import { pathParameter } from "../shared/api/path-parameter.ts";
import { readQuery } from "../shared/api/read-query.ts";
import { getJob } from "../shared/service/get-job.ts";
import { authLevel, config, respond, services } from "../shared/wiring.ts";

/** GET /api/jobs/{name} */
app.http("get-job", {
  methods: ["GET"],
  route: "api/jobs/{name}",
  authLevel,
  handler: respond(async (request) => {
    readQuery(request, {});
    const format = answerFormat(request);
    const record = await getJob(services(), pathParameter(request, "name"));
    const etag = entityTag(record.revision, format);
    return isUnchanged(request, etag) ? notModified(etag) : jobAnswer(record, config().publicUrl, { format });
  }),
});
