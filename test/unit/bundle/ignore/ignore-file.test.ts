import { expect, test } from "vitest";
import { readIgnoreRules } from "../../../../shared/bundle/ignore/ignore-file.ts";

/** Expected results are those of GitWildMatchPattern of pathspec and of IgnoreFile of the SDK. */
test.each<[patterns: string, ignored: string, kept: string]>([
  ["*.pyc", "a.pyc deep/er/a.pyc a.pyc/below", "a.py apyc"],
  ["build/", "build/a x/build/y/z", "build x/build"],
  ["/build", "build build/a", "x/build"],
  ["docs/*.txt", "docs/a.txt docs/a.txt/b", "x/docs/a.txt docs/b/a.txt"],
  ["**/cache", "cache a/cache a/b/cache/c", "cached"],
  ["a/**", "a/b a/b/c", "a b/a"],
  ["a/**/z", "a/z a/b/z a/b/c/z", "a b/a/z"],
  ["**", "a a/b", ""],
  ["**/", "a/b", "a"],
  ["*", "a a/b", ""],
  ["?.py", "a.py", "ab.py .py"],
  ["[ab].py", "a.py b.py", "c.py"],
  ["[!a-c].py", "d.py", "b.py"],
  ["[]x]", "] x", "a"],
  ["[", "[", "a"],
  ["\\#a", "#a", "a"],
  ["\\*", "*", "a"],
  ["# a comment\n\n   \n/\n!", "", "a /"],
  ["a\\ ", "", "a"],
  ["trailing   ", "trailing", "trail"],
  ["*\n!keep", "a keep2", "keep dir/keep"],
  ["data/\n!data/keep.csv", "data/a data/b/keep.csv", "data/keep.csv"],
  ["!a\na", "a", "b"],
  ["a\r\nb\r\n", "a b", "c"],
])("%j", (patterns, ignored, kept) => {
  const isIgnored = readIgnoreRules(patterns).isIgnored;
  const paths = (list: string) => list.split(" ").filter((path) => path !== "");
  expect(paths(ignored).filter((path) => !isIgnored(path))).toEqual([]);
  expect(paths(kept).filter((path) => isIgnored(path))).toEqual([]);
});

test("patterns that take a regular expression exponential time are matched at once", () => {
  const isIgnored = readIgnoreRules(`${"*a".repeat(60)}b\n${"**/a/".repeat(60)}b`).isIgnored;
  expect(isIgnored("a".repeat(200))).toBe(false);
  expect(isIgnored("a/".repeat(400))).toBe(false);
});
