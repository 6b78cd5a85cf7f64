import { expect, test } from "vitest";
import { fields } from "../../../../shared/core/job/composites.ts";
import { optional } from "../../../../shared/core/job/piece.ts";
import { integer } from "../../../../shared/core/job/scalars.ts";

test("a piece is a zod type, whose issues have the place and the problem", () => {
  const type = fields({ count: integer, more: optional(integer) });
  expect(type.parse({ count: 1 })).toEqual({ count: 1 });
  expect(type.safeParse({ count: "many" }).error?.issues).toMatchObject([{ path: ["count"], message: 'is "many"; expected a whole number.' }]);
});
