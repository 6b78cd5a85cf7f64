import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const page = readFileSync(join(root, "SECURITY.md"), "utf8");

test("every test that SECURITY.md names is there", () => {
  const named = Array.from(page.matchAll(/`(test\/[^`]+)`/g), ([, path = ""]) => path);
  expect(named.length).toBeGreaterThan(30);
  expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test("each of the abuse tests that are about what comes in has its line", () => {
  for (const number of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 18])
    expect(page).toMatch(new RegExp(`\\bA${number}\\b`));
});
