import { expect, test } from "vitest";
import { decodePath, encodePath } from "../../../../../local/host/http/request-path.ts";

test.each([
  ["/api/jobs", "/api/jobs"],
  ["/caf%C3%A9/a%20b", "/café/a b"],
  ["/a%2Fb%2fc", "/a%2Fb%2fc"],
  ["/a/../b/./c", "/b/c"],
  ["/a/%2e%2E/b", "/b"],
  ["/../../etc", "/etc"],
  ["/a/..", "/"],
  ["/a/.", "/a/"],
  ["/a%FFb", "/a%FFb"],
  ["/a%zz", "/a%zz"],
  ["/a%00", undefined],
])("the raw path %s is %j", (raw, decoded) => {
  expect(decodePath(raw)).toBe(decoded);
});

test.each([
  ["/café/a b", "/caf%C3%A9/a%20b"],
  ["/a%2Fb", "/a%2Fb"],
  ["/a:b@c(d)", "/a:b@c(d)"],
  ["/a?b#c", "/a%3Fb%23c"],
])("the path %s is written %s in a URL", (path, encoded) => {
  expect(encodePath(path)).toBe(encoded);
});
