import { app } from "@azure/functions";
import { childrenAnswer, childrenQuery } from "../shared/api/child-list.ts";
import { checkAcceptsJson } from "../shared/api/media-types.ts";
import { jobName } from "../shared/api/path-parameter.ts";
import { listChildren } from "../shared/service/list-children.ts";
import { authLevel, config, endpoint, respond, servicesFor } from "../shared/wiring.ts";

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
      return childrenAnswer(request, await listChildren(await servicesFor(caller), jobName(request), query), config().publicUrl);
    }),
  }),
);
