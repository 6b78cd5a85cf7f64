import { expect, test } from "vitest";
import { boolean, fields } from "../../../../shared/core/job/schema.ts";

test("a piece that is read through zod reports what is wrong as an issue of zod", () => {
  const { success, error } = fields({ a: boolean }).safeParse({ a: "maybe" });
  expect(success).toBe(false);
  expect(error?.issues).toMatchObject([{ code: "custom", path: ["a"], params: { problem: { code: "wrong_type" } } }]);
});
