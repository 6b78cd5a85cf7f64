import { describe, expect, test } from "vitest";
import type { RegisteredFunction } from "../../../../../../local/host/app/core-types.ts";
import { findRoute, httpRoutes } from "../../../../../../local/host/http/routing/http-routes.ts";
import { defined } from "../../../../../../shared/lib/defined.ts";

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
  const rejected: [string, string][] = [];
  return { routes: httpRoutes(functions, prefix, (name, reason) => rejected.push([name, reason])), rejected };
}

const found = (functions: readonly RegisteredFunction[], method: string, path: string, prefix = "") =>
  findRoute(routesOf(functions, prefix).routes, method, path)?.route.fn.name;

describe("a request runs", () => {
  test("the first function by name whose route matches, even if another route is more specific", () => {
    const functions = [httpFunction("search", "items/search"), httpFunction("details", "items/{id}")];
    expect(found(functions, "GET", "/items/search")).toBe("details");
  });

  test("functions in the order of their names, ignoring case", () => {
    const functions = [httpFunction("b-late", "{x}"), httpFunction("A-early", "{y}"), httpFunction("Zebra", "{z}")];
    expect(routesOf(functions).routes.map(({ fn }) => fn.name)).toEqual(["A-early", "b-late", "Zebra"]);
  });

  test("the next function if a constraint is not satisfied", () => {
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
  ])("the function with its method: %s", (method, name) => {
    expect(found([httpFunction("get", "jobs"), httpFunction("post", "jobs", ["post"])], method, "/jobs")).toBe(name);
  });

  test("the function whose name is the path after the prefix, if it has no route", () => {
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
])("the route %s is rejected, and the other functions are served", (route, reason) => {
  const { routes, rejected } = routesOf([httpFunction("bad", route), httpFunction("good", "good")]);
  expect(rejected).toEqual([["bad", reason]]);
  expect(routes.map(({ fn }) => fn.name)).toEqual(["good"]);
});

test("a second function with the same route and method is rejected", () => {
  const { rejected } = routesOf([
    httpFunction("b", "Jobs", ["GET", "PUT"]),
    httpFunction("a", "jobs"),
    httpFunction("c", "jobs", ["POST"]),
  ]);
  expect(rejected).toEqual([["b", "The route specified conflicts with the route defined by function 'a'."]]);
});
