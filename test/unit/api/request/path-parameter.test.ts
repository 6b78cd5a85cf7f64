import { describe, expect, test } from "vitest";
import { filePaths, jobName, pathParameter } from "../../../../shared/api/request/path-parameter.ts";
import { request } from "../../../support/http.ts";

describe("a route", () => {
  test("contains a job name", () => {
    expect(jobName(request({ params: { name: "iris-7" } }))).toBe("iris-7");
  });

  test.each(["", "../x", "a/b", "a.b", "-a", "a\u0000", "x".repeat(256), "ü"])(
    "is rejected with the job name %j",
    (name) => {
      expect(() => jobName(request({ params: { name } }))).toThrow(expect.objectContaining({ code: "job_not_found" }));
    },
  );

  test.each([
    [{ first: "a.txt" }, ["a.txt"]],
    [{ first: "user_logs", rest: "std_log.txt" }, ["user_logs/std_log.txt"]],
    [{ first: "a", rest: "b/c.txt" }, ["a/b/c.txt"]],
    [{ first: "a", rest: "" }, ["a"]],
    [{ first: "user_logs%2Fstd_log.txt" }, ["user_logs%2Fstd_log.txt", "user_logs/std_log.txt"]],
    [{ first: "a%2fb", rest: "c%2Fd" }, ["a%2fb/c%2Fd", "a/b/c/d"]],
    [{ first: "..%2Fa" }, ["..%2Fa", "../a"]],
  ])("with %j may stand for the files %j", (params, paths) => {
    expect(filePaths(request({ params: params as never }))).toEqual(paths);
  });

  const pathsFor = (url: string, first: string) =>
    filePaths(request({ params: { first }, headers: { "x-waws-unencoded-url": url } }));

  test.each([
    ["/api/jobs/iris/outputs/a%2Fb", "a%2Fb", ["a/b"]],
    ["/api/jobs/iris/outputs/a%252Fb?x=/1", "a%2Fb", ["a%2Fb"]],
    ["/api/jobs/iris/outputs/a%2Fb%252Fc", "a%2Fb%2Fc", ["a/b%2Fc"]],
    ["/api/jobs/iris/outputs/..%2Fb", "..%2Fb", ["../b"]],
    // An original URL that differs from the route, or is malformed, is ignored.
    ["/api/jobs/iris/outputs/other%2Fb", "a%2Fb", ["a%2Fb", "a/b"]],
    ["/api/jobs/iris/outputs/%ff%2Fb", "a%2Fb", ["a%2Fb", "a/b"]],
    ["/", "a%2Fb", ["a%2Fb", "a/b"]],
  ])("with the original URL %s and the parameter %s stands for the files %j", (url, first, paths) => {
    expect(pathsFor(url, first)).toEqual(paths);
  });

  test("has an empty parameter if it is missing", () => {
    expect([pathParameter(request(), "name"), pathParameter(request(), "toString")]).toEqual(["", ""]);
  });
});
