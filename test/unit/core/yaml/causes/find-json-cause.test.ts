import { expect, test } from "vitest";
import { findJsonCause } from "../../../../../shared/core/yaml/causes/find-json-cause.ts";
import { readDocument } from "../../../../../shared/core/yaml/read-document.ts";

test.each([
  ['{"a": NaN}', 6, "NaN is not valid in JSON. Write a number"],
  ["[-Infinity]", 1, "-Infinity is not valid in JSON"],
  ['{"a": True}', 6, "Write true."],
  ['{"a": None}', 6, "Write null"],
  ['{"a": .5}', 6, "a number is not written as in JSON"],
  ['{"a": b}', 6, "Put it in double quotes"],
  ["{'a': 1}", 1, "Use double quotes"],
  ["{a: 1}", 1, "the name of a member must be in double quotes"],
  ['{"a": 1,}', 7, "a comma follows the last entry"],
  ["[1, 2,\n]", 5, "a comma follows the last entry"],
  ['{"a": 1 // b\n}', 8, "Remove the comment"],
  ["# a\n{}", 0, "Remove the comment"],
  ['{"a": 1 /* b */}', 8, "Remove the comment"],
  ['{"a": "b,\n"c": 1}', 6, "not closed in its line"],
  ['{"a": "b\\"', 6, "not closed in its line"],
  ['{"a": 1 "b": 2}', 8, "a comma is missing"],
  ['{"a" 1}', 5, "a colon is missing"],
  ['{"a": 1: 2}', 7, "a colon is only allowed"],
  ['{"a"}', 4, "a member has no value"],
  ['{"a":}', 5, "a member has no value"],
  ["[,1]", 1, "a comma is not allowed here"],
  ['{"a": [1}', 6, "the [ that opens here is not closed"],
  ['{"a": [1, {"b": 2}', 6, "the [ that opens here is not closed"],
  ["[1]]", 3, "the ] closes nothing"],
  ["{} {}", 3, "a text follows the end"],
])("finds the mistake in %j", (text, offset, words) => {
  expect(() => JSON.parse(text)).toThrow();
  const cause = findJsonCause(text);
  expect(cause?.offset).toBe(offset);
  expect(cause?.message).toContain(words);
});

test.each([['{"a": [1, -2.5e3, true, null, "b", {}], "c": []}'], ['"\\q"'], [""]])("finds no mistake in %j", (text) => {
  expect(findJsonCause(text)).toBeUndefined();
});

test.each([
  ['{"a": "b\\q"}', { line: 1, column: 10 }],
  ['{"a":\n "b\tc"}', { line: 2, column: 4 }],
])("a mistake within a text of %j is reported with the reason and the place of the parser", (text, position) => {
  const { error } = readDocument(text, { format: "json", depth: 32, nodes: 100 });
  expect(error).toMatchObject({ code: "invalid_syntax", position });
  expect(error?.message).toMatch(/^The JSON cannot be read: Bad .*\.$/);
});
