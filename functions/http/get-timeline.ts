import { app } from "@azure/functions";
import { checkAcceptsJson } from "../../shared/api/request/media-types.ts";
import { jobName } from "../../shared/api/request/path-parameter.ts";
import { entityTag, isUnchanged, notModified } from "../../shared/api/request/preconditions.ts";
import { readQuery } from "../../shared/api/request/read-query.ts";
import { jsonAnswer } from "../../shared/api/response/json-answer.ts";
import { getJob } from "../../shared/service/jobs/get-job.ts";
import { authLevel, endpoint, respond, servicesFor } from "../../shared/wiring.ts";

/** GET /api/jobs/{name}/timeline */
app.http(
  "get-timeline",
  endpoint({
    methods: ["GET", "HEAD"],
    route: "api/jobs/{name}/timeline",
    authLevel,
    handler: respond(async (request, caller) => {
      readQuery(request, {});
      checkAcceptsJson(request);
      const { timeline, revision } = await getJob(await servicesFor(caller), jobName(request));
      const etag = entityTag(revision);
      return isUnchanged(request, etag)
        ? notModified(etag)
        : jsonAnswer({ value: timeline }, { etag, "cache-control": "private, no-cache" });
    }),
  }),
);
