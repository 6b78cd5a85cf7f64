import { app } from "@azure/functions";
import { checkAcceptsJson } from "../../shared/api/request/media-types.ts";
import { jobName } from "../../shared/api/request/path-parameter.ts";
import { childrenAnswer, childrenQuery } from "../../shared/api/response/child-list.ts";
import { listChildren } from "../../shared/service/jobs/list-children.ts";
import { authLevel, config, endpoint, respond, servicesFor } from "../../shared/wiring.ts";

/** GET /api/jobs/{name}/children?maxpagesize= */
app.http(
  "list-children",
  endpoint({
    methods: ["GET", "HEAD"],
    route: "api/jobs/{name}/children",
    authLevel,
    handler: respond(async (request, caller) => {
      const query = childrenQuery(request);
      checkAcceptsJson(request);
      return childrenAnswer(
        request,
        await listChildren(await servicesFor(caller), jobName(request), query),
        config().publicUrl,
      );
    }),
  }),
);
