import { expect, test } from "vitest";
import { fields, integer, optional } from "../../../../shared/core/job/schema.ts";

test("a piece is a zod type, whose issues have the place and the problem", () => {
  const type = fields({ count: integer, more: optional(integer) });
  expect(type.parse({ count: 1 })).toEqual({ count: 1 });
  expect(type.safeParse({ count: "many" }).error?.issues).toMatchObject([{ path: ["count"], message: 'is "many"; expected a whole number.' }]);
});
