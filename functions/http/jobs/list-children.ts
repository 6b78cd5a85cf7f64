import { app } from "@azure/functions";
import { checkAcceptsJson } from "../../../shared/api/request/media-types.ts";
import { jobName } from "../../../shared/api/request/path-parameter.ts";
import { readChildListQuery } from "../../../shared/api/request/read-child-list-query.ts";
import { childListResponse } from "../../../shared/api/response/child-list-response.ts";
import { listChildren } from "../../../shared/service/jobs/list-children.ts";
import { authLevel, config, recordEndpoint, servicesFor, withCaller } from "../../../shared/wiring.ts";

/** GET /api/jobs/{name}/children?maxpagesize= */
app.http(
  "list-children",
  recordEndpoint({
    methods: ["GET", "HEAD"],
    route: "api/jobs/{name}/children",
    authLevel,
    handler: withCaller(async (request, caller) => {
      const query = readChildListQuery(request);
      checkAcceptsJson(request);
      return childListResponse(
        request,
        await listChildren(await servicesFor(caller), jobName(request), query),
        config().publicUrl,
      );
    }),
  }),
);
