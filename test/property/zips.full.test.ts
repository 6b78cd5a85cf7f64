import { expect, test } from "vitest";
import { outcomesOf } from "./zips.ts";

test("20,000 corrupted zips are accepted or rejected without a crash, a hang or an unexpected error", async () => {
  const started = performance.now();
  const { taken = 0, refused = 0, ...others } = await outcomesOf(20_000, 20_261_128);
  const seconds = Math.round((performance.now() - started) / 1000);
  console.log(`${taken} accepted, ${refused} rejected, ${seconds} s; others: ${JSON.stringify(others)}`);
  expect(others).toEqual({});
  expect([taken > 500, refused > 5000, taken + refused]).toEqual([true, true, 20_000]);
});
