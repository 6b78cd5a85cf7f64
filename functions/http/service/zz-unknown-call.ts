import { app } from "@azure/functions";
import { allMethods, rejectUnknownRoute } from "../../../shared/api/access/endpoints.ts";
import { endpoints, withoutCaller } from "../../../shared/wiring.ts";

/**
 * All requests that match no other function: 405 if the path supports other methods, otherwise 404. The host matches
 * functions in the order of their names, not of their routes, so this name must be the last one.
 */
app.http("zz-unknown-call", {
  methods: allMethods,
  route: "api/{*path}",
  authLevel: "anonymous",
  handler: withoutCaller(async (request) => rejectUnknownRoute(request, endpoints)),
});
