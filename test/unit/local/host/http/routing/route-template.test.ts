import { describe, expect, test } from "vitest";
import { parseRouteTemplate } from "../../../../../../local/host/http/routing/route-template.ts";

const match = (template: string, path: string) => parseRouteTemplate(template).match(path);

test.each([
  ["api/jobs", "/api/jobs", {}],
  ["api/jobs", "/API/Jobs/", {}],
  ["api/jobs", "/api/jobs/x", undefined],
  ["api/jobs", "/api", undefined],
  ["/api/jobs", "/api/jobs", {}],
  ["", "/", {}],
  ["api/jobs/{name}", "/api/jobs/Iris-7", { name: "Iris-7" }],
  ["api/jobs/{name}", "/api/jobs/", undefined],
  ["api/jobs/{name}", "/api/jobs/a%2Fb", { name: "a%2Fb" }],
  ["api/jobs/{name}", "/api//jobs/a", undefined],
  ["items/{id?}", "/items", {}],
  ["items/{id?}", "/items/5", { id: "5" }],
  ["items/{id=7}", "/items", { id: "7" }],
  ["items/{id:int=7}/{tail?}", "/items/8", { id: "8" }],
  ["logs/{first}/{*rest}", "/logs/a/b/c.txt", { first: "a", rest: "b/c.txt" }],
  ["logs/{first}/{**rest}", "/logs/a", { first: "a" }],
  ["logs/{*rest}", "/logs/a//b/", { rest: "a//b/" }],
  ["files/{name}.{ext}", "/files/a.b.tar", { name: "a.b", ext: "tar" }],
  ["files/{name}.{ext?}", "/files/readme", { name: "readme" }],
  ["files/{name}.{ext?}", "/files/readme.md", { name: "readme", ext: "md" }],
  ["v{version}/{name}", "/v2/x", { version: "2", name: "x" }],
  ["{__proto__}", "/x", JSON.parse('{"__proto__":"x"}')],
  ["a.b", "/axb", undefined],
])("the template %s with the path %s has the parameters %j", (template, path, expected) => {
  expect(match(template, path)).toEqual(expected);
});

test.each([
  ["int", ["5", "-5", "2147483647"], ["5x", "2147483648", "1.5"]],
  ["long", ["9223372036854775807"], ["9223372036854775808", "x"]],
  ["alpha", ["abc"], ["ab1"]],
  ["bool", ["true", "False"], ["1"]],
  ["datetime", ["2026-11-24", "2026-11-24T07:00:00Z"], ["tomorrow"]],
  ["decimal", ["1.5", "-2"], ["1e3", "x"]],
  ["double", ["1.5", "1e3"], ["x"]],
  ["float", ["1.5"], ["1.5.5"]],
  ["guid", ["d5f1b2a4-0000-4000-8000-aabbccddeeff", "d5f1b2a4000040008000aabbccddeeff"], ["d5f1b2a4"]],
  ["min(5)", ["5", "6"], ["4", "x"]],
  ["max(5)", ["5", "-1"], ["6"]],
  ["range(1,5)", ["1", "5"], ["0", "6"]],
  ["length(3)", ["abc"], ["ab", "abcd"]],
  ["length(2,3)", ["ab", "abc"], ["a", "abcd"]],
  ["minlength(2)", ["ab"], ["a"]],
  ["maxlength(2)", ["ab"], ["abc"]],
  ["regex(^\\d{{3}}-[[a-z]]$)", ["123-a", "123-A"], ["12-a"]],
  ["int:min(3)", ["3"], ["2"]],
  ["required", ["x"], []],
])("the constraint %s accepts %j and rejects %j", (constraint, good, bad) => {
  const template = `items/{id:${constraint.replaceAll("[[", "[").replaceAll("]]", "]")}}`;
  for (const value of good) expect(match(template, `/items/${value}`), value).toEqual({ id: value });
  for (const value of bad) expect(match(template, `/items/${value}`), value).toBeUndefined();
});

test("a constraint does not apply to a missing optional parameter", () => {
  expect(match("items/{id:int?}", "/items")).toEqual({});
  expect(match("items/{id:int?}", "/items/x")).toBeUndefined();
});

describe("rejects the template", () => {
  test.each([
    ["a//b", "The route template separator character '/' cannot appear consecutively."],
    ["{a}/{A}", "The route parameter name 'a' appears more than one time in the route template."],
    ["{*rest}/more", "A catch-all parameter can only appear as the last segment of the route template."],
    [
      "{a}{b}",
      "A path segment cannot contain two consecutive parameters. They must be separated by a '/' or by a literal string.",
    ],
    [
      "a/{b",
      "There is an incomplete parameter in the route template. Check that each '{' character has a matching '}' character.",
    ],
    ["{}", "The route parameter name '' is invalid."],
    ["{id:prime}", "The constraint reference 'prime' could not be resolved to a type."],
  ])("%s", (template, reason) => {
    expect(() => parseRouteTemplate(template)).toThrow(reason);
  });
});
