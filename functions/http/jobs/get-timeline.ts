import { app } from "@azure/functions";
import { checkAcceptsJson } from "../../../shared/api/request/media-types.ts";
import { jobName } from "../../../shared/api/request/path-parameter.ts";
import { entityTag, isUnchanged, notModified } from "../../../shared/api/request/preconditions.ts";
import { readQuery } from "../../../shared/api/request/read-query.ts";
import { jsonResponse } from "../../../shared/api/response/json-response.ts";
import { getJob } from "../../../shared/service/jobs/get-job.ts";
import { authLevel, recordEndpoint, servicesFor, withCaller } from "../../../shared/wiring.ts";

/** GET /api/jobs/{name}/timeline */
app.http(
  "get-timeline",
  recordEndpoint({
    methods: ["GET", "HEAD"],
    route: "api/jobs/{name}/timeline",
    authLevel,
    handler: withCaller(async (request, caller) => {
      readQuery(request, {});
      checkAcceptsJson(request);
      const { timeline, revision } = await getJob(await servicesFor(caller), jobName(request));
      const etag = entityTag(revision);
      return isUnchanged(request, etag)
        ? notModified(etag)
        : jsonResponse({ value: timeline }, { etag, "cache-control": "private, no-cache" });
    }),
  }),
);
