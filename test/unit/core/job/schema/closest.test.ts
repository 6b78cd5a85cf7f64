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
])("the closest word to %j is %j", (word, expected) => {
  expect(closest(word, words)).toBe(expected);
});

test.each([
  ["summarisation", "SUMMARIZATION"],
  ["Summarisation", "SUMMARIZATION"],
  ["text_summarisation", "textSummarization"],
])("the closest word to %j is %j, whatever the case of the known words", (word, expected) => {
  expect(closest(word, ["NLI", "SUMMARIZATION", "textSummarization", "textTranslation"])).toBe(expected);
});

test("a name with capital letters is found as others are", () => {
  expect(closest("DAT", ["DATA", "x"])).toBe("DATA");
  expect(closest("dta", ["Data"])).toBe("Data");
  expect(closest("MODLE", ["MODEL"])).toBe("MODEL");
});

test("no word is returned if two words are equally close", () => {
  expect(closest("cat", ["car", "can"])).toBeUndefined();
  expect(closest("a_b", ["a-b", "ab"])).toBeUndefined();
});

test("no word is returned if there are too many to compare", () => {
  const names = Array.from({ length: 200 }, (_, index) => `name_${index}_`);
  expect(closest("trian", ["train", ...names.slice(1)])).toBe("train");
  expect(closest("trian", ["train", ...names])).toBeUndefined();
});
