import fc from "fast-check";
import { expect, test } from "vitest";
import { readIgnoreRules } from "../../shared/bundle/ignore/ignore-file.ts";
import { isIgnoredPlainly, paths, patternLists } from "./ignore-patterns.ts";

test("any patterns ignore the same paths as a matcher that tries every way to match", () => {
  let ignored = 0;
  fc.assert(
    fc.property(patternLists, paths, (patterns, path) => {
      const expected = isIgnoredPlainly(patterns, path);
      if (expected) ignored += 1;
      expect(readIgnoreRules(patterns.join("\n")).isIgnored(path)).toBe(expected);
    }),
    { numRuns: 1500 },
  );
  expect(ignored).toBeGreaterThan(50);
});
