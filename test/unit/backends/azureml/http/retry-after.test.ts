import { describe, expect, test } from "vitest";
import { retryAfterSeconds } from "../../../../../shared/backends/azureml/http/retry-after.ts";

const now = new Date("2026-03-01T12:00:00.000Z");

describe("the pause that the service requests", () => {
  test.each([
    [{ "retry-after": "7" }, 7],
    [{ "retry-after": " 1.5 " }, 1.5],
    [{ "retry-after": "1000000" }, 300],
    [{ "retry-after": "Sun, 01 Mar 2026 12:00:30 GMT" }, 30],
    [{ "x-ms-retry-after-ms": "1500" }, 1.5],
    [{ "x-ms-retry-after-ms": "1500", "retry-after": "7" }, 1.5],
    [{ "x-ms-retry-after-ms": "soon", "retry-after": "7" }, 7],
  ])("is in the headers %j", (headers: Record<string, string>, seconds) => {
    expect(retryAfterSeconds({ get: (name) => headers[name] }, now)).toBe(seconds);
  });

  test.each([
    {},
    { "retry-after": "0" },
    { "retry-after": "-5" },
    { "retry-after": "soon" },
    { "retry-after": "Sun, 01 Mar 2020 12:00:30 GMT" },
    { "x-ms-retry-after-ms": "x" },
  ])("is not in the headers %j", (headers: Record<string, string>) => {
    expect(retryAfterSeconds({ get: (name) => headers[name] }, now)).toBeUndefined();
  });
});
