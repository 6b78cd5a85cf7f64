import { app } from "@azure/functions";
import { jsonAnswer } from "../shared/api/json-answer.ts";
import { checkAcceptsJson } from "../shared/api/media-types.ts";
import { jobName } from "../shared/api/path-parameter.ts";
import { entityTag, isUnchanged, notModified } from "../shared/api/preconditions.ts";
import { readQuery } from "../shared/api/read-query.ts";
import { getJob } from "../shared/service/get-job.ts";
import { authLevel, endpoint, respond, servicesFor } from "../shared/wiring.ts";

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
      return isUnchanged(request, etag) ? notModified(etag) : jsonAnswer({ value: timeline }, { etag, "cache-control": "private, no-cache" });
    }),
  }),
);
