import { describe, expect, test } from "vitest";
import { isServiceError, jobNotFound, ServiceError } from "../../../shared/core/errors.ts";
import { pointer } from "../../../shared/core/issues.ts";
import { BackendRefusal } from "../../../shared/core/ports/backend-port.ts";

describe("a service error", () => {
  test("a service error has a code, and only the given details", () => {
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

  test("a service error keeps its cause", () => {
    const cause = new Error("socket");
    expect(new ServiceError("unavailable", "no", { cause, retryAfterSeconds: 5 })).toMatchObject({
      cause,
      retryAfterSeconds: 5,
    });
  });

  test("isServiceError distinguishes service errors by their codes", () => {
    const error = new ServiceError("conflict", "no");
    expect([
      isServiceError(error),
      isServiceError(error, "conflict"),
      isServiceError(error, "throttled"),
      isServiceError(new Error("conflict")),
    ]).toEqual([true, true, false, false]);
  });

  test("the error for an unknown job shows at most 300 characters of the name", () => {
    expect(jobNotFound("x".repeat(5000)).message).toBe(`There is no job "${"x".repeat(300)}".`);
  });
});

test("the error of a backend that rejects a job has the code of the backend", () => {
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
])("the JSON Pointer of the path %j is %j", (path, expected) => {
  expect(pointer(path)).toBe(expected);
});
