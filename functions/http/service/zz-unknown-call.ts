import { app } from "@azure/functions";
import { allMethods, rejectUnknownCall } from "../../../shared/api/access/endpoints.ts";
import { endpoints, withoutCaller } from "../../../shared/wiring.ts";

/**
 * All calls that no other function takes: 405 for a method that a path does not have, and 404 for a path that does not exist. The host
 * tries functions in the order of their names, whatever their routes, so this one has the last name.
 */
app.http("zz-unknown-call", {
  methods: allMethods,
  route: "api/{*path}",
  authLevel: "anonymous",
  handler: withoutCaller(async (request) => rejectUnknownCall(request, endpoints)),
});
