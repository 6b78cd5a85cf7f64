import { expect, test } from "vitest";
import { childListResponse } from "../../../../shared/api/response/child-list-response.ts";
import { readResponse, request } from "../../../support/http.ts";

const url = "/api/jobs/iris/children";

test("links to the next page of the same size, under the public URL and without a function key", async () => {
  const page = { children: [{ name: "iris_a", status: "Running" }], continuation: "new" };
  const { text } = await readResponse(
    childListResponse(request({ url: `${url}?maxpagesize=1&code=secret&continuation=old` }), page, "https://jobs.test"),
  );
  expect(JSON.parse(text)).toEqual({
    value: page.children,
    nextLink: `https://jobs.test${url}?maxpagesize=1&continuation=new`,
  });
});
