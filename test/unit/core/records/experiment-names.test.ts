import { describe, expect, test } from "vitest";
import { isExperimentName, toExperimentName } from "../../../../shared/core/records/experiment-names.ts";

describe("isExperimentName", () => {
  test.each(["a", "0", "My_experiment-1", "x".repeat(256)])("accepts %j", (name) => {
    expect(isExperimentName(name)).toBe(true);
  });

  test.each(["", "_a", "-a", "a b", "a.b", "feature/add-x", "a\n", "é", "٣", "x".repeat(257)])("refuses %j", (name) => {
    expect(isExperimentName(name)).toBe(false);
  });
});

describe("toExperimentName", () => {
  test.each([
    ["valid_Name-1", "valid_Name-1"],
    ["feature/add-x", "feature-add-x"],
    ["my first  experiment", "my-first-experiment"],
    ["Zoë's Prüfung", "Zoe-s-Prufung"],
    ["cafe\u0301", "cafe"],
    ["__tests__", "tests__"],
    ["v1.2/", "v1-2"],
    ["x".repeat(300), "x".repeat(256)],
    [`${"x".repeat(255)}/y`, "x".repeat(255)],
    ["é".repeat(300), "e".repeat(256)],
  ])("makes a valid name of %j", (text, name) => {
    expect(toExperimentName(text)).toBe(name);
    expect(isExperimentName(name)).toBe(true);
  });

  test.each(["", "日本", "/", "-_-", "\u0301", "🙂"])("returns undefined for %j, of which nothing remains", (text) => {
    expect(toExperimentName(text)).toBeUndefined();
  });
});
