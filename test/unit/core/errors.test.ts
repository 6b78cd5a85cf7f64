import { describe, expect, test } from "vitest";
import { isServiceError, jobNotFound, ServiceError } from "../../../shared/core/errors.ts";
import { pointer } from "../../../shared/core/issues.ts";
import { BackendRefusal } from "../../../shared/core/ports/backend-port.ts";

describe("a service error", () => {
  test("has a code, and nothing else that it was not given", () => {
    expect(new ServiceError("conflict", "no")).toMatchObject({
      name: "ServiceError",
      code: "conflict",
      message: "no",
      issues: [],
      extra: {},
      headers: {},
    });
    expect(new ServiceError("conflict", "no")).not.toHaveProperty("cause");
  });

  test("keeps its cause", () => {
    const cause = new Error("socket");
    expect(new ServiceError("unavailable", "no", { cause, retryAfterSeconds: 5 })).toMatchObject({
      cause,
      retryAfterSeconds: 5,
    });
  });

  test("is told from others by its code", () => {
    const error = new ServiceError("conflict", "no");
    expect([
      isServiceError(error),
      isServiceError(error, "conflict"),
      isServiceError(error, "throttled"),
      isServiceError(new Error("conflict")),
    ]).toEqual([true, true, false, false]);
  });

  test("about a name that no job has shows at most 300 characters of it", () => {
    expect(jobNotFound("x".repeat(5000)).message).toBe(`There is no job "${"x".repeat(300)}".`);
  });
});

test("a refusal of a backend has a code of the backend", () => {
  expect(new BackendRefusal("quota_exceeded", "No.", { cause: "c" })).toMatchObject({
    name: "BackendRefusal",
    code: "quota_exceeded",
    message: "No.",
    cause: "c",
  });
});

test.each([
  [[], ""],
  [["inputs", "a/b", "x~y", 0], "/inputs/a~1b/x~0y/0"],
])("the pointer of %j is %j", (path, expected) => {
  expect(pointer(path)).toBe(expected);
});
