import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readIgnoreRules } from "../../shared/bundle/ignore/ignore-file.ts";
import { isIgnoredPlainly, paths, patternLists } from "./ignore-patterns.ts";

test("100,000 patterns ignore the same paths as a matcher that tries every way to match", () => {
  fc.assert(
    fc.property(patternLists, paths, (patterns, path) => {
      expect(readIgnoreRules(patterns.join("\n")).isIgnored(path)).toBe(isIgnoredPlainly(patterns, path));
    }),
    { numRuns: 100_000 },
  );
});

/** The limit on the size of an ignore file. */
const letters = 65_000;
const cpuMs = (since?: NodeJS.CpuUsage) => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
};

describe("repetitive patterns", () => {
  const fragments = [
    "*a",
    "*?",
    "?",
    "**/",
    "**/a/",
    "*/",
    "[",
    "[a",
    "[a-",
    "[!]",
    "[]",
    "[a-z]",
    "[a-z]*",
    "\\",
    "\\*",
    "!",
    "/",
    "a",
    "a/",
    "*a*b\n",
    `${"?".repeat(64)}b\n`,
    `${"*[!b]".repeat(12)}c\n`,
    "/**/a\n",
  ];
  const tried = [
    "a".repeat(900),
    `${"a/".repeat(450)}a`,
    "[".repeat(900),
    "\u{1f600}".repeat(450),
    `${"ab/".repeat(299)}c`,
  ];

  test.each(fragments)("patterns that repeat %j are read and matched in linear time", (fragment) => {
    const text = fragment.repeat(Math.ceil(letters / fragment.length)).slice(0, letters);
    const before = process.cpuUsage();
    const rules = readIgnoreRules(text);
    expect(cpuMs(before)).toBeLessThan(1000);
    for (const path of tried) {
      const start = process.cpuUsage();
      rules.isIgnored(path);
      // A step takes less than 20 ns, so that the budget of a bundle is a few seconds.
      expect(cpuMs(start)).toBeLessThan(50 + (rules.cost * (path.length + 1) * 100) / 1e6);
    }
  });
});
