import { app } from "@azure/functions";
import { entityTag, isUnchanged, notModified } from "../shared/api/job-answer.ts";
import { jsonAnswer } from "../shared/api/json-answer.ts";
import { pathParameter } from "../shared/api/path-parameter.ts";
import { readQuery } from "../shared/api/read-query.ts";
import { getJob } from "../shared/service/get-job.ts";
import { authLevel, respond, services } from "../shared/wiring.ts";

/** GET /api/jobs/{name}/timeline */
app.http("get-timeline", {
  methods: ["GET"],
  route: "api/jobs/{name}/timeline",
  authLevel,
  handler: respond(async (request) => {
    readQuery(request, {});
    const { timeline, revision } = await getJob(services(), pathParameter(request, "name"));
    const etag = entityTag(revision);
    return isUnchanged(request, etag) ? notModified(etag) : jsonAnswer({ value: timeline }, { etag, "cache-control": "private, no-cache" });
  }),
});
