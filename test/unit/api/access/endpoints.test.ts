import { expect, test } from "vitest";
import {
  allMethods,
  createRecordEndpoint,
  type Endpoint,
  rejectUnknownRoute,
} from "../../../../shared/api/access/endpoints.ts";
import { request } from "../../../support/http.ts";

const endpoints: Endpoint[] = [];
const record = createRecordEndpoint(endpoints);
const handler = () => ({});
record({ methods: ["GET", "HEAD"], route: "api/jobs", handler });
record({ methods: ["POST"], route: "api/jobs", handler });
record({ methods: ["GET", "HEAD"], route: "api/jobs/{name}/outputs", handler });
record({ methods: ["GET", "HEAD"], route: "api/jobs/{name}/outputs/{first}/{*rest}", handler });

const reject = (method: string, url: string) => () => rejectUnknownRoute(request({ method, url }), endpoints);

test.each([
  ["DELETE", "/api/jobs", "GET, HEAD, POST"],
  ["DELETE", "/API/Jobs/", "GET, HEAD, POST"],
  ["PUT", "/api/jobs/iris/outputs", "GET, HEAD"],
  ["PUT", "/api/jobs/iris/outputs/a", "GET, HEAD"],
  ["PUT", "/api/jobs/iris/outputs/a/b/c", "GET, HEAD"],
])("rejects %s %s with 405 and Allow: %s", (method, url, allow) => {
  expect(reject(method, url)).toThrow(expect.objectContaining({ code: "method_not_allowed", headers: { allow } }));
});

test.each([
  ["GET", "/api/nothing"],
  ["GET", "/api"],
  ["GET", "/api/jobs/iris"],
  ["PUT", "/api/jobs//outputs"],
  ["GET", "/api/jobs/iris/outputs/"],
])("rejects %s %s with 404", (method, url) => {
  expect(reject(method, url)).toThrow(expect.objectContaining({ code: "route_not_found" }));
});

test.each(allMethods)("accepts the method %s in a request of the Functions library", (method) => {
  expect(request({ method }).method).toBe(method);
});
