import { expect, test } from "vitest";
import { readChildListQuery } from "../../../../shared/api/request/read-child-list-query.ts";
import { request } from "../../../support/http.ts";

const parse = (text: string) => readChildListQuery(request({ url: `/api/jobs/iris/children?${text}` }));

test("requests 50 children by default", () => {
  expect(parse("")).toEqual({ limit: 50 });
  expect(parse("maxpagesize=200&continuation=abc&code=secret")).toEqual({ limit: 200, continuation: "abc" });
});

test.each([
  ["maxpagesize=0", "maxpagesize"],
  ["maxpagesize=201", "maxpagesize"],
  ["maxpagesize=ten", "maxpagesize"],
  [`continuation=${"x".repeat(4001)}`, "continuation"],
  ["status=Running", "status"],
])("rejects %s", (text, parameter) => {
  expect(() => parse(text)).toThrow(
    expect.objectContaining({
      code: "invalid_query",
      issues: [expect.objectContaining({ pointer: `/query/${parameter}` })],
    }),
  );
});
