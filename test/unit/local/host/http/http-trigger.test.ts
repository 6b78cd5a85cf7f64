import { describe, expect, test } from "vitest";
import { toHttpData, toHttpResponse, toTriggerMetadata } from "../../../../../local/host/http/http-trigger.ts";

const input = {
  method: "POST",
  host: "127.0.0.1:7071",
  path: "/api/caf\u00e9",
  search: "?tag=a&Tag=b&q=x%20y",
  body: undefined,
};

describe("a function receives", () => {
  test("an absolute URL, joined headers and joined query keys", () => {
    const headers = { "X-Many": ["1", "2"], "x-empty": [""] };
    expect(toHttpData({ ...input, headers }, { name: "iris" })).toEqual({
      method: "POST",
      url: "http://127.0.0.1:7071/api/caf%C3%A9?tag=a&Tag=b&q=x%20y",
      nullableHeaders: { "x-many": { value: "1,2" } },
      nullableQuery: { tag: { value: "a,b" }, q: { value: "x y" } },
      nullableParams: { name: { value: "iris" } },
    });
  });

  test("a body only if it is not empty", () => {
    expect(toHttpData({ ...input, headers: {}, body: Buffer.from("x") }, {}).body?.bytes).toEqual(Buffer.from("x"));
    expect(toHttpData({ ...input, headers: {}, body: Buffer.alloc(0) }, {})).not.toHaveProperty("body");
  });

  test("query keys as parameters when it streams, but route parameters have priority", () => {
    const metadata = toTriggerMetadata({ ...input, headers: {}, search: "?Name=query&q=x" }, { name: "route" });
    expect(metadata).toMatchObject({ name: { string: "route" }, q: { string: "x" } });
    expect(metadata).not.toHaveProperty("Name");
  });
});

describe("a response", () => {
  test("of a function that returned nothing is a 204", () => {
    expect(toHttpResponse({})).toEqual({ status: 204, headers: [], cookies: [], body: undefined });
    expect(toHttpResponse({ returnValue: null }).status).toBe(204);
  });

  test("keeps status, headers and body, but no connection headers", () => {
    const http = {
      statusCode: "201",
      headers: { etag: '"1"', "content-length": "9", connection: "close", "transfer-encoding": "chunked" },
      body: { bytes: Buffer.from("x") },
    };
    expect(toHttpResponse({ returnValue: { http } })).toEqual({
      status: 201,
      headers: [["etag", '"1"']],
      cookies: [],
      body: Buffer.from("x"),
    });
  });

  test("has cookies in the format of the real host", () => {
    const cookies = [
      {
        name: "a",
        value: "1 2",
        path: { value: "/x" },
        expires: { value: { seconds: 0 } },
        secure: { value: true },
        httpOnly: { value: true },
        sameSite: "strict" as const,
      },
      {
        name: "b",
        value: "2",
        maxAge: { value: 0 },
        domain: { value: "example.org" },
        sameSite: "explicitNone" as const,
      },
      { name: "c", value: "3", sameSite: "none" as const },
    ];
    expect(toHttpResponse({ returnValue: { http: { statusCode: "200", cookies } } }).cookies).toEqual([
      "a=1%202; expires=Thu, 01 Jan 1970 00:00:00 GMT; path=/x; secure; samesite=strict; httponly",
      "b=2; max-age=0; domain=example.org; path=/; samesite=none",
      "c=3; path=/",
    ]);
  });
});
