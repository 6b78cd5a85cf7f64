import { describe, expect, test } from "vitest";
import { type ReadOptions, readDocument } from "../../../../shared/core/yaml/read-document.ts";
import type { Value } from "../../../../shared/core/yaml/value.ts";
import { tagged } from "./tagged.ts";

const yaml: ReadOptions = { format: "yaml", depth: 60, nodes: 20_000 };
const json: ReadOptions = { ...yaml, format: "json" };

describe("the error of an unreadable document has a code and a position", () => {
  test.each([
    ["", "empty_document", "", 1, 1],
    ["# only\n# comments\n", "empty_document", "", 1, 1],
    ["a: [1\nb: 2\n", "invalid_syntax", "", 1, 4],
    ["a: {b: 1", "invalid_syntax", "", 1, 4],
    ["a: 'b", "invalid_syntax", "", 1, 4],
    ['a: "b\n---\n"', "invalid_syntax", "", 1, 4],
    ["a: b: c", "invalid_syntax", "", 1, 5],
    ["a:\n\tb: 1", "invalid_syntax", "", 2, 1],
    ["a: @b", "invalid_syntax", "", 1, 4],
    ["a: 1\n---\nb: 2", "invalid_syntax", "", 3, 1],
    ["a: 1\n b: 2", "invalid_syntax", "", 2, 3],
    ["- a\nb", "invalid_syntax", "", 2, 1],
    ["a: ]", "invalid_syntax", "", 1, 4],
    ["a: }", "invalid_syntax", "", 1, 4],
    ["a: *b", "invalid_syntax", "/a", 1, 4],
    ["a: &b [*b]", "invalid_syntax", "/a/0", 1, 8],
    ["a: &x 1\nb: &x 2", "invalid_syntax", "/b", 2, 5],
    ["[a]: 1", "invalid_syntax", "", 1, 1],
    ["a: {<<: 1}", "invalid_syntax", "/a/<<", 1, 5],
    ["a: !!python/object/apply:os.system [x]", "unsupported_tag", "/a", 1, 36],
    ["a: !x 1", "unsupported_tag", "/a", 1, 7],
    ["a: !e!x 1", "invalid_syntax", "", 1, 8],
    ["a: =", "invalid_scalar", "/a", 1, 4],
    ["a: 2001-02-30", "invalid_scalar", "/a", 1, 4],
    ["a: 0x_", "invalid_scalar", "/a", 1, 4],
    ["a: \u0007", "invalid_character", "", 1, 4],
    ["a: x\u0000", "invalid_character", "", 1, 5],
    ["a: \ud83d", "invalid_character", "", 1, 4],
    ['a: "\\udc00"', "invalid_character", "/a", 1, 4],
    ["a:\r\n  b: [\r\n", "invalid_syntax", "", 2, 6],
  ])("%j is rejected with %s at %j, line %i, column %i", (text, code, pointer, line, column) => {
    expect(readDocument(text, yaml).error).toMatchObject({ code, pointer, position: { line, column } });
  });

  test("an error of the caller is thrown", () => {
    const options = {
      format: "yaml",
      nodes: 1,
      get depth(): number {
        throw new TypeError("no depth");
      },
    } as const;
    expect(() => readDocument("a", options)).toThrow(new TypeError("no depth"));
  });

  test("bytes that are not UTF-8 are rejected", () => {
    expect(readDocument(Uint8Array.of(97, 58, 32, 0xff), yaml).error).toMatchObject({ code: "invalid_encoding" });
  });

  test("a byte order mark is skipped, in YAML and in JSON", () => {
    expect(tagged(readDocument(new TextEncoder().encode("\ufeffa: 1"), yaml).document?.value ?? null)).toEqual(
      tagged({ a: 1 }),
    );
    expect(tagged(readDocument('\ufeff{"a": 1}', json).document?.value ?? null)).toEqual(tagged({ a: 1 }));
  });
});

test("an error with another cause than the document is thrown unchanged", () => {
  const broken: ReadOptions = {
    ...yaml,
    get nodes(): number {
      throw new Error("a defect");
    },
  };
  expect(() => readDocument("a: 1", broken)).toThrow("a defect");
});

describe("keys", () => {
  test("names of members of JavaScript objects are ordinary keys", () => {
    for (const [text, options] of [
      ["__proto__: {polluted: 1}\nconstructor: {prototype: {polluted: 1}}", yaml],
      ['{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}}', json],
      ["a: &a {__proto__: {polluted: 1}}\n<<: *a\nconstructor: 1", yaml],
    ] as const) {
      const value = readDocument(text, options).document?.value;
      expect(Object.keys(value ?? {})).toContain("constructor");
      expect(Object.keys(value ?? {})).toContain("__proto__");
      expect((value as Record<string, unknown>).polluted).toBeUndefined();
      expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    }
  });

  test("a duplicate key is reported, and its last value is used", () => {
    for (const [text, options] of [
      ["a: 1\n'a': 2", yaml],
      ['{"a": 1,\n"a": 2}', json],
    ] as const) {
      const { document } = readDocument(text, options);
      expect(document?.value).toEqual(Object.assign(Object.create(null), { a: 2 }));
      expect(document?.keyIssues).toEqual([
        { kind: "duplicate", path: ["a"], offset: options === yaml ? 5 : 9, valueKind: "", lost: 1 },
      ]);
    }
  });

  test("a key that also comes from a merge is not a duplicate", () => {
    expect(readDocument("x: &x {a: 1}\ny: {<<: *x, a: 2}", yaml).document?.keyIssues).toEqual([]);
  });

  test.each([
    ["1: a", "1", "a number"],
    ["yes: a", "yes", "a boolean"],
    ["~: a", "~", "null"],
    [": a", "", "null"],
    ["2001-01-01: a", "2001-01-01", "a date (quote it to make it text)"],
    ["a: &k 5\n*k : b", "5", "a number"],
  ])("the key of %j is reported because it is not text", (text, key, valueKind) => {
    const document = readDocument(text === ": a" ? "? \n: a" : text, yaml).document;
    expect(document?.keyIssues).toContainEqual(expect.objectContaining({ kind: "nonText", path: [key], valueKind }));
  });
});

describe("positions", () => {
  const text = "a: 1\nb:\n  - x\n  - c: |\n      y\n    'd': {e: f}\n? g\n: *h\n".replace("*h", "i");
  const { document } = readDocument(text, yaml);
  test.each([
    ["", "value", 1, 1],
    ["/a", "key", 1, 1],
    ["/a", "value", 1, 4],
    ["/b", "value", 3, 3],
    ["/b/0", "value", 3, 5],
    ["/b/1", "value", 4, 5],
    ["/b/1/c", "value", 4, 8],
    ["/b/1/d", "key", 6, 5],
    ["/b/1/d/e", "value", 6, 14],
    ["/g", "value", 8, 3],
    ["/b/1/nothing", "value", 4, 5],
    ["/nothing/at/all", "key", 1, 1],
  ] as const)("the position of %j (%s) is line %i, column %i", (pointer, part, line, column) => {
    expect(document?.position(pointer, part)).toEqual({ line, column });
  });

  test("the pointer of a position escapes ~ and /", () => {
    const read = readDocument("x: 1\n'a/b~c': 2", yaml);
    expect(read.document?.position("/a~1b~0c")).toEqual({ line: 2, column: 10 });
  });

  test("the position of the value of an alias is that of the alias", () => {
    const read = readDocument("a: &x {b: 1}\nc: *x", yaml);
    expect(read.document?.position("/c")).toEqual({ line: 2, column: 4 });
    expect(read.document?.position("/c/b")).toEqual({ line: 2, column: 4 });
  });

  test("the position of an empty value is that of its key, or of the list that contains it", () => {
    const { document: read } = readDocument("x: 1\na:\nb: [c,\n  # nothing\n]\nd:\n- 1\n-\ne: !!null\n", yaml);
    const positions = ["/a", "/d/1", "/e"].map((pointer) => read?.position(pointer));
    expect(positions).toEqual([
      { line: 2, column: 1 },
      { line: 7, column: 1 },
      { line: 9, column: 4 },
    ]);
  });

  test("the position of a JSON value is that of its first character", () => {
    const read = readDocument('{"a": {"b": [1,\n {"c": 2}]}}', json);
    expect(read.document?.position("/a/b/1/c")).toEqual({ line: 2, column: 8 });
    expect(read.document?.position("/a/b", "key")).toEqual({ line: 1, column: 8 });
  });
});

describe("the text of an unquoted scalar", () => {
  test("is that of the document", () => {
    const read = readDocument("a: 007\nb: [no, x y]\nc: !!int 1_0\nd: &x\n  1.50 # x\n", yaml);
    const texts = ["/a", "/b/0", "/b/1", "/c", "/d"].map((pointer) => read.document?.plainText(pointer));
    expect(texts).toEqual(["007", "no", "x y", "1_0", "1.50"]);
    expect(readDocument('{"a": [1.50, "1"]}', json).document?.plainText("/a/0")).toBe("1.50");
  });

  test("is undefined for other values and for the content of an alias", () => {
    const read = readDocument("a: '1'\nb: [1]\nc: &c {x: 1}\nd: *c\ne:\nf: |\n  1\n", yaml);
    for (const pointer of ["/a", "/b", "/d", "/d/x", "/e", "/f", "/nothing", "/b/nothing"])
      expect(read.document?.plainText(pointer), pointer).toBeUndefined();
  });
});

describe("JSON", () => {
  test.each([
    ["1", ["int", "1"]],
    ["-0", ["int", "0"]],
    ["1.0", ["float", "1.0"]],
    ["1e-3", ["float", "0.001"]],
    ["1E5", ["float", "100000.0"]],
    ["1e400", ["float", "inf"]],
    ["9007199254740993", ["int", "9007199254740993"]],
    ["true", ["bool", true]],
    ["false", ["bool", false]],
    ["null", ["null"]],
    ['"a\\u00e9\\n\\ud83d\\ude00"', ["str", "aé\n😀"]],
    ['"yes"', ["str", "yes"]],
    ["[]", ["list", []]],
    [
      '{"a":[{}]}',
      [
        "map",
        [
          [
            ["str", "a"],
            ["list", [["map", []]]],
          ],
        ],
      ],
    ],
  ])("the JSON text %s has its exact value", (text, value) => {
    expect(tagged(readDocument(text, json).document?.value as Value)).toEqual(value);
  });

  test.each([
    ["", "empty_document", 1, 1],
    ["  ", "empty_document", 1, 1],
    ["{", "invalid_syntax", 1, 1],
    ['{"a": 1,}', "invalid_syntax", 1, 8],
    ["{a: 1}", "invalid_syntax", 1, 2],
    ["[1 2]", "invalid_syntax", 1, 4],
    ["01", "invalid_syntax", 1, 1],
    ["[1]]", "invalid_syntax", 1, 4],
    ['"\\ud83d"', "invalid_character", 1, 1],
    ["1".repeat(5000), "invalid_scalar", 1, 1],
  ])("the JSON text %j is rejected", (text, code, line, column) => {
    expect(readDocument(text, json).error).toMatchObject({ code, position: { line, column } });
  });
});

test("JSON with the markers of a merge conflict is recognized", () => {
  const text = '{\n<<<<<<< HEAD\n"a": 1\n=======\n"a": 2\n>>>>>>> main\n}\n';
  const { error } = readDocument(text, { format: "json", depth: 5, nodes: 50 });
  expect(error?.message).toContain("markers of a merge conflict");
  expect(error?.position.line).toBe(2);
});
