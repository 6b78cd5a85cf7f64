import { expect, test } from "vitest";
import { readDocument } from "../../../../shared/core/yaml/read-document.ts";

const read = (text: string, format: "yaml" | "json" = "yaml") =>
  readDocument(text, { format, depth: 32, nodes: 1000 }).document;

test.each([
  ["after a colon", "a: 1\nb:\t2\n", 2, 3],
  ["before a comment", "a: 1\t# x\n", 1, 5],
  ["at the end of a line", "a: 1\nb: 2\t\n", 2, 5],
  ["in a blank line", "a: 1\n\t\nb: 2\n", 2, 1],
  ["within an unquoted text", "a: b\tc\n", 1, 5],
  ["after a dash", "a:\n-\tb\n", 2, 2],
  ["after a quoted text", 'a: "b"\t\n', 1, 7],
  ["before a quoted text", "a:\t'b'\n", 1, 3],
  ["in the header of a block text", "a: |\t\n  b\n", 1, 5],
  ["after a comment", "# \t\na:\tb\n", 2, 3],
])("finds a tab %s", (_where, text, line, column) => {
  expect(read(text)?.tab).toEqual({ line, column });
});

test.each([
  ["a double-quoted text", 'a: "b\tc"\n'],
  ["a single-quoted text", "a: 'b\tc'\n"],
  ["a block text", "a: |\n  b\tc\n  \td\nb: 1\n"],
  ["a comment", "a: 1 # \tx\n#\ty\n"],
])("does not find a tab in %s", (_where, text) => {
  expect(read(text)?.tab).toBeUndefined();
});

test("does not find tabs in JSON, which may be indented by them", () => {
  expect(read('{\n\t"a": 1}', "json")?.tab).toBeUndefined();
});
