import { expect, test } from "vitest";
import { isBlobSafePath } from "../../../../shared/core/text/blob-safe-path.ts";

test.each(["a", "user_logs/std_log.txt", "a b/ü.txt", "...", "x".repeat(900)])(
  "the path %j can be the name of a blob",
  (path) => {
    expect(isBlobSafePath(path)).toBe(true);
  },
);

test.each([
  "",
  ".",
  "..",
  "a/../b",
  "a/./b",
  "/a",
  "a/",
  "a//b",
  "a\\b",
  "a\nb",
  "a\u0000",
  "a\u007f",
  "a\ud800",
  "a\uffff",
  "x".repeat(901),
])("the path %j cannot be the name of a blob", (path) => {
  expect(isBlobSafePath(path)).toBe(false);
});
