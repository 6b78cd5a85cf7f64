import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { outcomeOf, outcomesOf, wholeZips } from "./zips.ts";

test("valid zips of any form are read completely", async () => {
  const folder = await mkdtemp(join(tmpdir(), "jobgate-zips-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const zip of wholeZips) expect(await outcomeOf(zip, folder)).toBe("taken");
});

test("500 corrupted zips are accepted or rejected without a crash, a hang or an unexpected error", async () => {
  const { taken = 0, refused = 0, ...others } = await outcomesOf(500, 1);
  expect(others).toEqual({});
  expect([taken > 20, refused > 100, taken + refused]).toEqual([true, true, 500]);
});
