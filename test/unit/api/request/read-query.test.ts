import { describe, expect, test } from "vitest";
import { bundlePath, flag, readQuery, wholeNumber } from "../../../../shared/api/request/read-query.ts";
import { request } from "../../../support/http.ts";

const shape = { dry_run: flag, size: wholeNumber(1, 200) };
const read = (query: string) => readQuery(request({ url: `/api/jobs?${query}` }), shape);
const queryError = (pointer: string, code: string) =>
  expect.objectContaining({ code: "invalid_query", issues: [expect.objectContaining({ pointer, code })] });

describe("a query", () => {
  test.each([
    ["", {}],
    ["dry_run=true&size=7", { dry_run: true, size: 7 }],
    ["dry_run=false", { dry_run: false }],
    ["dry_run=True", { dry_run: true }],
    ["dry_run=FALSE", { dry_run: false }],
    ["code=secret-key&size=200", { size: 200 }],
  ])("%j has the values %j", (query, expected) => {
    expect(read(query)).toEqual(expected);
  });

  test.each(["0", "201", "abc", "-1", "1.5", "1e2", "", " 1", "99999999999"])(
    "with the number %j is rejected",
    (size) => {
      expect(() => read(`size=${size}`)).toThrow(queryError("/query/size", "invalid_parameter"));
    },
  );

  test.each(["1", "yes", "tru", ""])("with the flag %j is rejected", (value) => {
    expect(() => read(`dry_run=${value}`)).toThrow(queryError("/query/dry_run", "invalid_parameter"));
  });

  test.each(["../job.yml", "/job.yml", "a//b.yml", "a\\\\b.yml", "a/../b.yml", ""])(
    "with the path %j is rejected",
    (path) => {
      const shape = { job: bundlePath };
      expect(() => readQuery(request({ url: `/api/jobs?job=${encodeURIComponent(path)}` }), shape)).toThrow(
        queryError("/query/job", "invalid_parameter"),
      );
    },
  );

  test.each(["colour", "__proto__", "constructor", "a~b/c", ""])(
    "with the unknown parameter %j is rejected",
    (name) => {
      const pointer = `/query/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
      expect(() => read(`${encodeURIComponent(name)}=1`)).toThrow(queryError(pointer, "unknown_parameter"));
    },
  );

  test("that repeats a parameter is rejected", () => {
    expect(() => read("size=1&size=2")).toThrow(queryError("/query/size", "repeated_parameter"));
  });

  test("is rejected with all problems, the values and what is accepted", () => {
    expect(() => read("colour=red&size=0")).toThrow(
      'The query parameter "colour" does not exist; use dry_run, size. ' +
        'The query parameter size must be a whole number from 1 to 200; it is "0".',
    );
    expect(() => readQuery(request({ url: "/api/jobs?a=1" }), {})).toThrow(
      'The query parameter "a" does not exist; this endpoint has none.',
    );
  });
});
