import { expect, test } from "vitest";
import {
  allMethods,
  createRecordEndpoint,
  type Endpoint,
  rejectUnknownCall,
} from "../../../../shared/api/access/endpoints.ts";
import { request } from "../../../support/http.ts";

const endpoints: Endpoint[] = [];
const endpoint = createRecordEndpoint(endpoints);
const handler = () => ({});
endpoint({ methods: ["GET", "HEAD"], route: "api/jobs", handler });
endpoint({ methods: ["POST"], route: "api/jobs", handler });
endpoint({ methods: ["GET", "HEAD"], route: "api/jobs/{name}/outputs", handler });
endpoint({ methods: ["GET", "HEAD"], route: "api/jobs/{name}/outputs/{first}/{*rest}", handler });

const ask = (method: string, url: string) => () => rejectUnknownCall(request({ method, url }), endpoints);

test.each([
  ["DELETE", "/api/jobs", "GET, HEAD, POST"],
  ["DELETE", "/API/Jobs/", "GET, HEAD, POST"],
  ["PUT", "/api/jobs/iris/outputs", "GET, HEAD"],
  ["PUT", "/api/jobs/iris/outputs/a", "GET, HEAD"],
  ["PUT", "/api/jobs/iris/outputs/a/b/c", "GET, HEAD"],
])("%s %s is a 405 that allows %s", (method, url, allow) => {
  expect(ask(method, url)).toThrow(expect.objectContaining({ code: "method_not_allowed", headers: { allow } }));
});

test.each([
  ["GET", "/api/nothing"],
  ["GET", "/api"],
  ["GET", "/api/jobs/iris"],
  ["PUT", "/api/jobs//outputs"],
  ["GET", "/api/jobs/iris/outputs/"],
])("%s %s is a 404", (method, url) => {
  expect(ask(method, url)).toThrow(expect.objectContaining({ code: "route_not_found" }));
});

test.each(allMethods)("the Functions library can make a request of the method %s", (method) => {
  expect(request({ method }).method).toBe(method);
});
