import { describe, expect, test } from "vitest";
import { readDocument } from "../../../../../shared/core/yaml/read-document.ts";

const binding = "$".concat("{{inputs.x}}");

function errorOf(text: string): string {
  const { error } = readDocument(text, { format: "yaml", depth: 60, nodes: 20_000 });
  return `${error?.position.line}:${error?.position.column} ${error?.message}`;
}

describe("YAML that cannot be read", () => {
  test.each([
    // Quotes.
    ['a: "b\nc: d\n', "1:4", "double quote that opens here is not closed"],
    ["a: 'x''\nb: c\n", "1:4", "single quote that opens here is not closed"],
    ['a: "b\nc: d\ne: "f"\n', "1:4", "double quote that opens here is not closed"],
    ['a: {b: "x\n', "1:8", "double quote that opens here is not closed"],
    ["# it's\na: it's # don't\nb: |\n  it's\n\nc: \"d\n", "6:4", "double quote that opens here is not closed"],
    ["- |\n it's\n- >- # why\n  it's\n- &x !!str 'd\n", "5:12", "single quote that opens here is not closed"],
    ["a: [b:, 'c\n", "1:9", "single quote that opens here is not closed"],
    ["a: [x:y, it's, {b: it's}]\nc: 'd\n", "2:4", "single quote that opens here is not closed"],
    ["a: 'it's'\n", "1:8", "Write an apostrophe in single quotes twice"],
    ['a: "b" c\n', "1:8", 'Write a double quote in double quotes as \\"'],
    ["a: 'b\n  c' d\n", "2:6", "a text follows the closing quote"],
    // An empty line before a comment, and a line that ends with a line separator.
    ["\n# c\n- 3\nc: x\n", "4:1", "a list and fields have the same indentation"],
    ["a: b\u2028- c\n", "1:6", "a list and fields have the same indentation"],
    ['a: "C:\\data"\n', "1:8", "backslash in double quotes begins an escape sequence"],
    ['a: "C:\\xa"\n', "1:10", "backslash in double quotes begins an escape sequence"],
    // Text of other tools.
    ["<<<<<<< HEAD\na: 1\n=======\na: 2\n>>>>>>> main\n", "1:1", "markers of a merge conflict"],
    ["a: {\n<<<<<<< a\nb: 1\n=======\nb: 2\n>>>>>>>\n}\n", "2:1", "Keep one of the two sides"],
    ["<<<<<<< a\nb: 1\n=======\nc d\n", "1:1", "neither a field nor a list item"],
    ["a: {{ b }}\n", "1:4", "{{ b }} is a placeholder of a template"],
    ["a: {b: {{ c }}}\n", "1:8", "{{ c }} is a placeholder of a template"],
    ["a: {{ b }}-c\n", "1:4", "or put the whole text in quotes"],
    ["- a: {{ b['c'] }}\n", "1:6", "is a placeholder of a template"],
    ["{% if a %}\nb: c\n", "1:1", "Send the job as the template renders it."],
    ["a: b\n{{- if c }}\nd: e\n", "2:1", "is a placeholder of a template"],
    ["a: b: {{ c }}\n", "1:5", "a colon that is followed by a blank"],
    ["a: {{ b }} c\nd e\nf: g\n", "1:4", "is a placeholder of a template"],
    ["a:\u00a0b\nc: d\n", "1:3", "a non-breaking space (U+00A0) where a space is needed"],
    ["a:\n  b: 1\n\u3000 c: d\n  e: f\n", "3:1", "an ideographic space (U+3000)"],
    ["a: b\n\u2003- c\nd: e\n", "2:1", "a Unicode blank (U+2003)"],
    // Brackets and braces.
    [`a: {b: ${binding}}\n`, "1:9", `e.g. '${binding}'`],
    [`a: [x/${binding}, b]\n`, "1:8", `e.g. '${binding}'`],
    ["a: [b, c\nd: {e: f}\n", "1:4", "the [ that opens here is not closed"],
    ["a:\n  b: {x: 1\n  c: 2\n", "2:6", "the { that opens here is not closed"],
    ["a: [b, {c: 1]\n", "1:8", "the { that opens here is not closed"],
    ["a: [\n  b,\n  c\n", "1:4", "the [ that opens here is not closed"],
    ["a: {\n  b: 1\n  c: 2\n}\n", "3:4", "a comma is missing, or a text is not quoted"],
    ["a: {b: 1 c: 2}\n", "1:11", "a comma is missing, or a text is not quoted"],
    ["a: {b: @c}\n", "1:8", "must not begin with @"],
    ["a: {b: 1}}\n", "1:10", "the } closes nothing"],
    ["a: [draft] b\n", "1:4", "must not begin with ["],
    // Lines.
    ["a: echo b: c\n", "1:10", "the text of a contains a colon that is followed by a blank"],
    ["'a': echo b: c\n", "1:12", "the text contains a colon that is followed by a blank"],
    ["- a: azureml: b:1\n", "1:13", "Write azureml:b:1."],
    ["a: “b: c”\n", "1:4", "typographic quotes do not quote a text"],
    ["a:b c\nd: e\n", "1:3", 'Write "a: "'],
    ["a: b\nc:d\n", "2:3", 'Write "c: "'],
    ["a: b\nc:d\n  e\nf: g\n", "2:3", 'Write "c: "'],
    ["# x\n\n\r\na:b c\r\n\r\n# y\r\nd: e\r\n", "4:3", 'Write "a: "'],
    ["a: b\nc d\n", "2:1", "neither a field nor a list item"],
    ["c d\na: b\n", "1:1", "neither a field nor a list item"],
    ["- a\nb: c\n", "2:1", "a list and fields have the same indentation"],
    ["a: b\n- c\n", "2:1", "a list and fields have the same indentation"],
    ["a: - b\n", "1:4", 'must not begin with "- "'],
    ["a: | b\n", "1:6", "Begin it in the next line"],
    ["a: `b`\n", "1:4", "must not begin with `"],
    ["a: %b\n", "1:4", "must not begin with %"],
    ["a:\n\tb: c\n", "2:1", "Indent with blanks only"],
    ["a: b\n c: d\n", "2:3", "the line continues the text above it"],
    ["a:\n    b: c\n  d: e\n", "3:3", "the indentation of 2 blanks"],
    ["a: *b\n", "1:4", "Quote a text that begins with *"],
    ["a: &\n", "1:5", "name of an anchor node must contain at least one character."],
    ["? a\n? b\n: c\n- d\n", "4:1", ""],
  ])("%j has its error at %s, with the words %j", (text, place, words) => {
    expect(errorOf(text)).toMatch(new RegExp(`^${place} `));
    expect(errorOf(text)).toContain(words);
  });

  test.each(["\n", "\r", "\r\n", "\n\n", "\r\n# x\r\n", "\ufeff\n"])(
    "is searched up to an empty first line: %j",
    (start) => {
      const line = start.split(/\r\n|\r|\n/).length;
      expect(errorOf(`${start}&a &b x`)).toMatch(new RegExp(`^${line}:4 `));
      expect(errorOf(`${start}a: b: c`)).toMatch(new RegExp(`^${line}:5 .*contains a colon`));
    },
  );

  test("a stop in a line without content above it has no other cause", () => {
    expect(errorOf("]\n")).toMatch(/^1:1 /);
  });
});
