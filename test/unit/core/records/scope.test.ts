import { expect, test } from "vitest";
import { isInScope } from "../../../../shared/core/records/scope.ts";

test.each([
  [{}, "ada", true],
  [{ owner: "ada" }, "ada", true],
  [{ owner: "ada" }, "bob", false],
  [{ owner: "" }, "ada", false],
])("within %j a job of %s is there: %s", (scope, owner, expected) => {
  expect(isInScope(scope, { owner })).toBe(expected);
});
