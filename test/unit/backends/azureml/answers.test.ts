import { describe, expect, test } from "vitest";
import { AzureMLError, parseErrorBody } from "../../../../shared/backends/azureml/http/azureml-error.ts";
import { parseKeepingNumbers } from "../../../../shared/backends/azureml/http/json.ts";
import { retryAfterSeconds } from "../../../../shared/backends/azureml/http/retry-after.ts";

const now = new Date("2026-03-01T12:00:00.000Z");

describe("how long the service wants to be left alone", () => {
  test.each([
    [{ "retry-after": "7" }, 7],
    [{ "retry-after": " 1.5 " }, 1.5],
    [{ "retry-after": "1000000" }, 300],
    [{ "retry-after": "Sun, 01 Mar 2026 12:00:30 GMT" }, 30],
    [{ "x-ms-retry-after-ms": "1500" }, 1.5],
    [{ "x-ms-retry-after-ms": "1500", "retry-after": "7" }, 1.5],
    [{ "x-ms-retry-after-ms": "soon", "retry-after": "7" }, 7],
  ])("is in %j", (headers: Record<string, string>, seconds) => {
    expect(retryAfterSeconds({ get: (name) => headers[name] }, now)).toBe(seconds);
  });

  test.each([
    {},
    { "retry-after": "0" },
    { "retry-after": "-5" },
    { "retry-after": "soon" },
    { "retry-after": "Sun, 01 Mar 2020 12:00:30 GMT" },
    { "x-ms-retry-after-ms": "x" },
  ])("is not in %j", (headers: Record<string, string>) => {
    expect(retryAfterSeconds({ get: (name) => headers[name] }, now)).toBeUndefined();
  });
});

describe("the codes and the message of an error are found", () => {
  test.each([
    [
      "of the management front end",
      {
        error: {
          code: "UserError",
          message: "m",
          additionalInfo: [
            { type: "Time" },
            {
              type: "InnerError",
              info: { value: { code: "Immutable", innerError: { code: "JobPropertyImmutable" } } },
            },
          ],
        },
      },
      ["UserError", "Immutable", "JobPropertyImmutable"],
    ],
    [
      "of run history",
      {
        error: { code: "UserError", message: "m", innerError: { code: "NotFoundError", innerError: null } },
        correlation: {},
      },
      ["UserError", "NotFoundError"],
    ],
    ["of the gateway", { error: { code: "AuthorizationFailed", message: "m" } }, ["AuthorizationFailed"]],
    ["in PascalCase", { Error: { Code: "UserError", Message: "m" }, StatusCode: 400 }, ["UserError"]],
  ])("%s", (_where, body, codes) => {
    expect(parseErrorBody(body)).toEqual({ codes, message: "m" });
  });

  test.each([
    undefined,
    null,
    "<html>",
    5,
    [],
    {},
    { error: null },
    { error: "x" },
    { error: { additionalInfo: [null, 5] } },
  ])("in %j there are none", (body) => {
    expect(parseErrorBody(body)).toEqual({ codes: [], message: undefined });
  });

  test("an endless chain of them is cut", () => {
    const error: Record<string, unknown> = { code: "a" };
    error.innerError = error;
    error.error = error;
    expect(parseErrorBody(error).codes.length).toBeLessThan(20);
  });

  test("and a secret in the message is masked", () => {
    expect(
      new AzureMLError(
        "x",
        400,
        { error: { code: "c", message: "at https://a.blob.core.windows.net/b?sig=c2VjcmV0" } },
        undefined,
      ).message,
    ).not.toContain("c2VjcmV0");
  });
});

test("numbers are printed again as they came", () => {
  const text = '{"a":1.0,"b":12345678901234567890,"c":1,"d":[1e3,"1.0"],"__proto__":{"x":1}}';
  expect(JSON.stringify(parseKeepingNumbers(text))).toBe(text);
});
