import { describe, expect, test } from "vitest";
import { toFloat, toOpaque, type Value } from "../../../../shared/core/yaml/value.ts";
import { writeYaml } from "../../../../shared/core/yaml/write-yaml.ts";

describe("writeYaml", () => {
  test("writeYaml sorts keys by code point at every level and omits undefined members", () => {
    const value = {
      b: 1,
      _: 2,
      B: 3,
      "10": 4,
      "9": 5,
      é: 6,
      "\ue000": 7,
      "😀": 8,
      a: { d: 1, c: undefined, b: 2 },
      none: undefined,
    };
    expect(writeYaml(value)).toBe(
      "'10': 4\n'9': 5\nB: 3\n_: 2\na:\n  b: 2\n  d: 1\nb: 1\né: 6\n\"\\uE000\": 7\n😀: 8\n".replace(
        '"\\uE000"',
        "\ue000",
      ),
    );
    expect(writeYaml({ "😀": 1, "😀a": 2, "\ufffd": 3 })).toBe("\ufffd: 3\n😀: 1\n😀a: 2\n");
  });

  test("writeYaml does not indent a list under its key", () => {
    expect(writeYaml({ a: [1, [2, [3]], { b: 1, c: [4] }, [], {}, { d: undefined }] })).toBe(
      "a:\n- 1\n- - 2\n  - - 3\n- b: 1\n  c:\n  - 4\n- []\n- {}\n- {}\n",
    );
  });

  test.each<[string, Value]>([
    ["null", null],
    ["true", true],
    ["1", 1],
    ["-0", -0],
    ["9007199254740993", 9007199254740993n],
    ["1.0", toFloat(1)],
    ["-0.0", toFloat(-0)],
    ["1.5", 1.5],
    ["1.0e-7", 1e-7],
    ["1.5e-7", 1.5e-7],
    ["1.0e+21", toFloat(1e21)],
    ["10000000000000000.0", toFloat(1e16)],
    [".nan", toFloat(Number.NaN)],
    [".inf", toFloat(Number.POSITIVE_INFINITY)],
    ["-.inf", toFloat(Number.NEGATIVE_INFINITY)],
    ["2001-01-01", toOpaque("date", "2001-01-01")],
    ["[]", []],
    ["{}", {}],
  ])("a value is printed as %s", (text, value) => {
    expect(writeYaml([value])).toBe(`- ${text}\n`);
    expect(writeYaml(value)).toBe(`${text}\n`);
  });

  test.each([
    ["plain", "plain"],
    ["two words", "two words"],
    ["it's", "it's"],
    ["a:b", "a:b"],
    ["a#b", "a#b"],
    ["https://x/#f?a=b&c", "https://x/#f?a=b&c"],
    ["$x", "$x"],
    ["größe", "größe"],
    ["", "''"],
    [" a", "' a'"],
    ["a ", "'a '"],
    ["a: b", "'a: b'"],
    ["a:", "'a:'"],
    ["a #b", "'a #b'"],
    ["'a", "'''a'"],
    ["- a", "'- a'"],
    ["?", "'?'"],
    ["---", "'---'"],
    ["...", "'...'"],
    ["{a", "'{a'"],
    ["@a", "'@a'"],
    ["yes", "'yes'"],
    ["y", "'y'"],
    ["null", "'null'"],
    ["~", "'~'"],
    ["1", "'1'"],
    ["017", "'017'"],
    ["1e-3", "'1e-3'"],
    ["0o17", "'0o17'"],
    ["1:30", "'1:30'"],
    ["2001-01-01", "'2001-01-01'"],
    [".inf", "'.inf'"],
    ["=", "'='"],
    ["<<", "'<<'"],
    ["\t", '"\\t"'],
    ["a\tb", '"a\\tb"'],
    ["a\rb", '"a\\rb"'],
    ["\u0000\u001b", '"\\0\\x1B"'],
    ["\u0085\u2028\u2029", '"\\N\\L\\P"'],
    ["\ufeff", '"\\uFEFF"'],
    ['"\\\u0007', '"\\"\\\\\\x07"'],
    ["\ud800", '"\\uD800"'],
  ])("the text %j is printed as %s", (text, yaml) => {
    expect(writeYaml({ a: text })).toBe(`a: ${yaml}\n`);
  });

  test.each([
    ["a\nb", "|-\n  a\n  b"],
    ["a\nb\n", "|\n  a\n  b"],
    ["a\nb\n\n", "|+\n  a\n  b\n"],
    ["a\n\n  b\n", "|\n  a\n\n    b"],
    ["a\tb\nc", "|-\n  a\tb\n  c"],
    ["\na\n", "|2\n\n  a"],
    ["a\n# b\n", "|\n  a\n  # b"],
    ["\n", '"\\n"'],
    [" a\nb", '" a\\nb"'],
    ["a\n \nb", '"a\\n \\nb"'],
    ["a\r\nb", '"a\\r\\nb"'],
    ["a\n\u0000", '"a\\n\\0"'],
  ])("the multi-line text %j is printed as a block if that is readable", (text, yaml) => {
    expect(writeYaml({ a: text })).toBe(`a: ${yaml}\n`);
    expect(writeYaml({ a: { b: [text] } })).toBe(`a:\n  b:\n  - ${yaml.replaceAll("\n  ", "\n    ")}\n`);
  });

  test("a multi-line text at the root is quoted", () => {
    expect(writeYaml("a\nb")).toBe('"a\\nb"\n');
  });

  test("long and unusual keys are read back as keys", () => {
    const long = "k".repeat(1100);
    expect(writeYaml({ [long]: 1, "": 2, "a\nb": 3 })).toBe(`'': 2\n"a\\nb": 3\n? ${long}\n: 1\n`);
    expect(writeYaml([{ [long]: { a: [1] } }])).toBe(`- ? ${long}\n  :\n    a:\n    - 1\n`);
  });
});
