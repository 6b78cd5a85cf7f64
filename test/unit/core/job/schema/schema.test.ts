import { expect, test } from "vitest";
import { fields } from "../../../../../shared/core/job/schema/fields.ts";
import { parseFields } from "../../../../../shared/core/job/schema/parse-fields.ts";
import { integer } from "../../../../../shared/core/job/schema/scalars.ts";
import { optional } from "../../../../../shared/core/job/schema/schema.ts";

test("a schema is a zod type, whose issues become diagnostics", () => {
  const type = fields({ count: integer, more: optional(integer) });
  expect(type.parse({ count: 1 })).toEqual({ count: 1 });
  expect(parseFields(type, { count: "many" }).diagnostics).toEqual([
    { severity: "error", code: "wrong_type", path: ["count"], message: 'is "many"; expected a whole number.' },
  ]);
});

test("suggests a field for the first 200 unknown keys of a mapping", () => {
  const type = fields({ count: integer });
  const wrong = Object.assign(
    Object.create(null),
    Object.fromEntries(Array.from({ length: 201 }, (_, at) => [at === 0 || at === 200 ? `coun${at}` : `x${at}`, 1])),
  );
  const messages = parseFields(type, wrong).diagnostics?.map(({ path, message }) => [path[0], message]);
  expect(messages).toContainEqual(["coun0", "is not a field here; did you mean count?"]);
  expect(messages).toContainEqual(["coun200", "is not a field here."]);
});
