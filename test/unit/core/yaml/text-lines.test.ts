import { describe, expect, test } from "vitest";
import { contentBefore, lineAt } from "../../../../shared/core/yaml/text-lines.ts";

describe("the line at an offset", () => {
  test.each([
    ["a\nb\n", 2, { start: 2, text: "b" }],
    ["a\nb\n", 1, { start: 0, text: "a" }],
    ["a\r\nb", 3, { start: 3, text: "b" }],
    ["\nb", 0, { start: 0, text: "" }],
    ["\r\nb", 1, { start: 1, text: "" }],
    ["a", 5, { start: 0, text: "a" }],
  ])("of %j at %i is %j", (text, offset, line) => {
    expect(lineAt(text, offset)).toEqual(line);
  });
});

describe("the line with content before", () => {
  test.each([
    ["a: 1\n# why\n\nb", "b", { start: 0, text: "a: 1" }],
    ["a: 1\r\n\r\nb", "b", { start: 0, text: "a: 1" }],
    ["\r\nb", "b", undefined],
    ["\n\rb", "b", undefined],
    ["b", "b", undefined],
  ])("the last line of %j", (text, last, line) => {
    expect(contentBefore(text, lineAt(text, text.lastIndexOf(last)))).toEqual(line);
  });

  test("is searched to the beginning of the text, also from between CR and LF", () => {
    expect(contentBefore("\r\nb", { start: 1, text: "" })).toBeUndefined();
  });
});
