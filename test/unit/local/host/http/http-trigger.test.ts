import { describe, expect, test } from "vitest";
import type { RegisteredFunction } from "../../../../../local/host/app/core-types.ts";
import {
  findRoute,
  httpRoutes,
  toHttpData,
  toHttpResponse,
  toTriggerMetadata,
} from "../../../../../local/host/http/http-trigger.ts";
import { defined } from "../../../../../shared/lib/defined.ts";

function httpFunction(name: string, route: string | undefined, methods = ["GET"]): RegisteredFunction {
  const binding = {
    type: "httpTrigger",
    direction: "in" as const,
    methods,
    authLevel: "anonymous",
    ...defined({ route }),
  };
  return {
    name,
    bindings: { httpTrigger: binding, $return: { type: "http", direction: "out" } },
    callback: () => undefined,
  };
}

function routesOf(functions: readonly RegisteredFunction[], prefix = "") {
  const refused: [string, string][] = [];
  return { routes: httpRoutes(functions, prefix, (name, reason) => refused.push([name, reason])), refused };
}

const found = (functions: readonly RegisteredFunction[], method: string, path: string, prefix = "") =>
  findRoute(routesOf(functions, prefix).routes, method, path)?.route.fn.name;

describe("a request goes to", () => {
  test("the first function by name whose route fits, however special the others are", () => {
    const functions = [httpFunction("search", "items/search"), httpFunction("details", "items/{id}")];
    expect(found(functions, "GET", "/items/search")).toBe("details");
  });

  test("the first by name ignoring case", () => {
    const functions = [httpFunction("b-late", "{x}"), httpFunction("A-early", "{y}"), httpFunction("Zebra", "{z}")];
    expect(routesOf(functions).routes.map(({ fn }) => fn.name)).toEqual(["A-early", "b-late", "Zebra"]);
  });

  test("the next function when a constraint is not met", () => {
    const functions = [httpFunction("search", "items/search"), httpFunction("details", "items/{id:int}")];
    expect(found(functions, "GET", "/items/search")).toBe("search");
  });

  test.each([
    ["GET", "get"],
    ["get", "get"],
    ["POST", "post"],
    ["PUT", undefined],
    ["HEAD", undefined],
    ["OPTIONS", undefined],
  ])("the function that lists the method: %s", (method, name) => {
    expect(found([httpFunction("get", "jobs"), httpFunction("post", "jobs", ["post"])], method, "/jobs")).toBe(name);
  });

  test("the function's name when it has no route, after the prefix", () => {
    expect(found([httpFunction("hello", undefined)], "GET", "/api/hello", "api")).toBe("hello");
    expect(found([httpFunction("hello", undefined)], "GET", "/hello", "api")).toBeUndefined();
  });
});

test.each([
  ["admin/jobs", "The specified route conflicts with one or more built in routes."],
  ["administrators", "The specified route conflicts with one or more built in routes."],
  ["runtime/x", "The specified route conflicts with one or more built in routes."],
  [
    "{a}{b}",
    "A path segment cannot contain two consecutive parameters. They must be separated by a '/' or by a literal string.",
  ],
])("the route %s is refused, and the other functions go on", (route, reason) => {
  const { routes, refused } = routesOf([httpFunction("bad", route), httpFunction("good", "good")]);
  expect(refused).toEqual([["bad", reason]]);
  expect(routes.map(({ fn }) => fn.name)).toEqual(["good"]);
});

test("a second function of the same route and method is refused", () => {
  const { refused } = routesOf([
    httpFunction("b", "Jobs", ["GET", "PUT"]),
    httpFunction("a", "jobs"),
    httpFunction("c", "jobs", ["POST"]),
  ]);
  expect(refused).toEqual([["b", "The route specified conflicts with the route defined by function 'a'."]]);
});

const input = {
  method: "POST",
  host: "127.0.0.1:7071",
  path: "/api/caf\u00e9",
  search: "?tag=a&Tag=b&q=x%20y",
  body: undefined,
};

describe("a function sees", () => {
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

  test("a body only where there is one", () => {
    expect(toHttpData({ ...input, headers: {}, body: Buffer.from("x") }, {}).body?.bytes).toEqual(Buffer.from("x"));
    expect(toHttpData({ ...input, headers: {}, body: Buffer.alloc(0) }, {})).not.toHaveProperty("body");
  });

  test("query keys among its parameters when it streams, but a route parameter wins", () => {
    const metadata = toTriggerMetadata({ ...input, headers: {}, search: "?Name=query&q=x" }, { name: "route" });
    expect(metadata).toMatchObject({ name: { string: "route" }, q: { string: "x" } });
    expect(metadata).not.toHaveProperty("Name");
  });
});

describe("an answer", () => {
  test("of a function that returned nothing is a 204", () => {
    expect(toHttpResponse({})).toEqual({ status: 204, headers: [], cookies: [], body: undefined });
    expect(toHttpResponse({ returnValue: null }).status).toBe(204);
  });

  test("keeps status, headers and body, but not what belongs to the connection", () => {
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

  test("writes cookies as the real host does", () => {
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
