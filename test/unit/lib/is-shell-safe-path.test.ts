import { expect, test } from "vitest";
import { isShellSafePath } from "../../../shared/lib/is-shell-safe-path.ts";

test.each(["/home/me/data", "C:\\data", "./a_b-c.d", "~/a@b", "/a+b,c=d:e"])("accepts %j", (path) => {
  expect(isShellSafePath(path)).toBe(true);
});

test.each(["", "a b", "a$b", "a'b", 'a"b', "a;b", "a&b", "a|b", "a*b", "a(b", "a\nb", "ü"])("rejects %j", (path) => {
  expect(isShellSafePath(path)).toBe(false);
});
