import { describe, expect, test } from "vitest";
import { AzureMLError, parseErrorBody } from "../../../../../shared/backends/azureml/http/azureml-error.ts";

describe("the codes and the message of an error document", () => {
  test.each([
    [
      "from the management front end",
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
      "from run history",
      {
        error: { code: "UserError", message: "m", innerError: { code: "NotFoundError", innerError: null } },
        correlation: {},
      },
      ["UserError", "NotFoundError"],
    ],
    ["from the gateway", { error: { code: "AuthorizationFailed", message: "m" } }, ["AuthorizationFailed"]],
    ["in PascalCase", { Error: { Code: "UserError", Message: "m" }, StatusCode: 400 }, ["UserError"]],
  ])("are read %s", (_where, body, codes) => {
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
  ])("are missing in %j", (body) => {
    expect(parseErrorBody(body)).toEqual({ codes: [], message: undefined });
  });

  test("of a cyclic document are limited in number", () => {
    const error: Record<string, unknown> = { code: "a" };
    error.innerError = error;
    error.error = error;
    expect(parseErrorBody(error).codes.length).toBeLessThan(20);
  });

  test("a message contains no secret", () => {
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
