import { expect, test } from "vitest";
import { childListResponse, readChildListQuery } from "../../../../shared/api/response/child-list-response.ts";
import { readResponse, request } from "../../../support/http.ts";

const url = "/api/jobs/iris/children";
const query = (text: string) => readChildListQuery(request({ url: `${url}?${text}` }));

test("a page has 50 children unless told otherwise", () => {
  expect(query("")).toEqual({ limit: 50 });
  expect(query("maxpagesize=200&continuation=abc&code=secret")).toEqual({ limit: 200, continuation: "abc" });
});

test.each([
  ["maxpagesize=0", "maxpagesize"],
  ["maxpagesize=201", "maxpagesize"],
  ["maxpagesize=ten", "maxpagesize"],
  [`continuation=${"x".repeat(4001)}`, "continuation"],
  ["status=Running", "status"],
])("%s is refused", (text, parameter) => {
  expect(() => query(text)).toThrow(
    expect.objectContaining({
      code: "invalid_query",
      issues: [expect.objectContaining({ pointer: `/query/${parameter}` })],
    }),
  );
});

test("links to the next page of the same size, under the public URL and without a key", async () => {
  const page = { children: [{ name: "iris_a", status: "Running" }], continuation: "new" };
  const { text } = await readResponse(
    childListResponse(request({ url: `${url}?maxpagesize=1&code=secret&continuation=old` }), page, "https://jobs.test"),
  );
  expect(JSON.parse(text)).toEqual({
    value: page.children,
    nextLink: `https://jobs.test${url}?maxpagesize=1&continuation=new`,
  });
});
