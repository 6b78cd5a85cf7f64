import { expect, test } from "vitest";
import { jsonResponse } from "../../../../shared/api/response/json-response.ts";
import { readResponse } from "../../../support/http.ts";

test("sends a value as JSON with the given status and headers", async () => {
  const { status, headers, text } = await readResponse(jsonResponse({ a: 1 }, { "cache-control": "no-store" }, 503));
  expect([status, headers.get("content-type"), headers.get("cache-control"), text]).toEqual([
    503,
    "application/json",
    "no-store",
    '{"a":1}',
  ]);
});
