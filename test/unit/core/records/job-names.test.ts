import { describe, expect, test } from "vitest";
import { generateName, isJobName } from "../../../../shared/core/records/job-names.ts";

describe("isJobName", () => {
  test.each(["a", "A-1_b", "0", "x".repeat(255)])("accepts %j", (name) => {
    expect(isJobName(name)).toBe(true);
  });
  test.each(["", "_a", "-a", "a b", "a.b", "../a", "a/b", "a\n", "é", "a\u0000", "\u202ea", "x".repeat(256)])(
    "refuses %j",
    (name) => {
      expect(isJobName(name)).toBe(false);
    },
  );
});

describe("generateName", () => {
  test("generates an adjective, a noun and ten characters, like Azure ML", () => {
    expect(generateName()).toMatch(/^[a-z]+_[a-z]+_[bcdfghjklmnpqrstvwxyz0-9]{10}$/);
  });
  test("generates the same name for the same seed only", () => {
    expect(generateName("owner\nkey")).toBe(generateName("owner\nkey"));
    expect(generateName("owner\nkey")).not.toBe(generateName("owner\nkey2"));
  });
  test("generates a valid and new name each time", () => {
    const names = Array.from({ length: 1000 }, () => generateName());
    expect(names.filter((name) => !isJobName(name))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
  });
});
