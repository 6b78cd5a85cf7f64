import { expect, test } from "vitest";
import { closest } from "../../../../../shared/core/job/schema/closest.ts";

const words = ["command", "compute", "environment", "environment_variables", "tags", "name", "outputs", "inputs"];

test.each([
  ["comand", "command"],
  ["Command", "command"],
  ["commnad", "command"],
  ["enviroment", "environment"],
  ["environmentVariables", "environment_variables"],
  ["environment-variables", "environment_variables"],
  ["tag", "tags"],
  ["nmae", "name"],
  ["output", "outputs"],
  ["intputs", "inputs"],
  ["zzz", undefined],
  ["x", undefined],
  ["", undefined],
  ["n".repeat(101), undefined],
])("%j is meant for %j", (word, meant) => {
  expect(closest(word, words)).toBe(meant);
});

test("two words that are equally near are no guess", () => {
  expect(closest("cat", ["car", "can"])).toBeUndefined();
  expect(closest("a_b", ["a-b", "ab"])).toBeUndefined();
});
