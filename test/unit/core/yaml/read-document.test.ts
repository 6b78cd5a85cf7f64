import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { pythonFloat, pythonText } from "../../../../shared/core/yaml/python-text.ts";
import { type ReadOptions, readDocument } from "../../../../shared/core/yaml/read-document.ts";
import {
  isBinary,
  isDate,
  isFloat,
  isInteger,
  isMapping,
  isOpaque,
  numberOf,
  type Value,
} from "../../../../shared/core/yaml/value.ts";
import { defined } from "../../../../shared/lib/defined.ts";

const yaml: ReadOptions = { format: "yaml", depth: 60, nodes: 20_000 };
const json: ReadOptions = { ...yaml, format: "json" };

/** A value in an answer of PyYAML, in the form of test/parity/pyyaml.py. */
type Tagged = readonly [kind: string, value?: unknown];
interface Answer {
  readonly text: string;
  readonly value?: Tagged;
  readonly error?: string;
}

const answers = readFileSync(new URL("../../../data/yaml/expected.jsonl", import.meta.url), "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line) as Answer);

/** Converts a value to the form of PyYAML's answers. */
function tagged(value: Value): Tagged {
  if (value === null) return ["null"];
  if (typeof value === "boolean") return ["bool", value];
  if (typeof value === "string") return ["str", value];
  if (isInteger(value)) return ["int", String(value)];
  if (isDate(value)) return ["date", pythonText(value)];
  if (isBinary(value)) return ["bytes", Buffer.from(value.text, "base64").toString("base64")];
  if (isOpaque(value)) throw new TypeError(`${value.text} is neither a date nor binary`);
  if (typeof value === "number" || isFloat(value)) return ["float", pythonFloat(numberOf(value) ?? 0)];
  if (isMapping(value))
    return ["map", Object.entries(value).map(([key, member]) => [["str", key], tagged(member as Value)])];
  return ["list", value.map(tagged)];
}

/** A value with sorted mappings; undefined if a key is not text, which we read as text with a warning. */
function unordered([kind, value]: Tagged): unknown {
  if (kind === "list") {
    const items = (value as readonly Tagged[]).map(unordered);
    return items.includes(undefined) ? undefined : [kind, items];
  }
  if (kind !== "map") return [kind, value];
  const members = (value as readonly (readonly [Tagged, Tagged])[]).map(
    ([key, member]) => [key, unordered(member)] as const,
  );
  if (members.some(([key, member]) => key[0] !== "str" || member === undefined)) return undefined;
  return [
    kind,
    members.map(([key, member]) => [key[1], member]).toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
  ];
}

/** Texts that PyYAML accepts and we reject, with the reason. */
const rejected: Readonly<Record<string, string>> = {
  'a: "\\ud83d"': "half of a surrogate pair cannot be written as UTF-8, so the SDK fails later",
  "a: !!set {a, b}": "no field takes a set",
  "a: !!set {a: 1}": "no field takes a set",
  "a: !!omap [a: 1]": "no field takes an ordered map",
  "a: !!pairs [a: 1, a: 2]": "no field takes pairs",
};

/** Texts that js-yaml reads as YAML 1.2 and PyYAML by rules of its own; no person writes such texts. */
const different: Readonly<Record<string, string>> = {
  "%TAG ! tag:yaml.org,2002:\n---\na: !str 5": "no job needs tags of its own",
  "%TAG !e! tag:yaml.org,2002:\n---\na: !e!str 5": "no job needs tags of its own",
  "a: 1\u0085b: 2": "NEL ends no line",
  "a:\n|\n x\n": "a block of text begins behind its key",
  "a: [-]": "a dash is no item",
  "a: {-}": "a dash is no key",
  "a: [b]# c": "a comment stands apart",
  "[a?]": "? ends no text",
  '{"a"\n:1}': "a colon may come in the next line",
  "[?a]": "? begins a text",
  "a: x\u2028y": "LS ends no line",
  "a: {a\n b: c}": "a key may go on in the next line",
  "...\na: b": "an end of a document before the first is nothing",
  "&&1~ :#": "an anchor may have any name",
  "a: !!str 1:": "a text may end with a colon",
};

function isDifferent({ text, error = "" }: Answer): boolean {
  if (Object.hasOwn(different, text)) return true;
  // Tabs between words, keys of more than 1,000 characters, and empty keys.
  return (
    error.includes("character '\\t'") ||
    /x{1000}/.test(text) ||
    /^\s*: /m.test(text) ||
    text === ":" ||
    text.includes("!!str 1:") ||
    /[\u0085\u2028\u2029]/.test(text)
  );
}

/** Whether we read a text as PyYAML does. */
function hasSameValue(text: string, value: Tagged | undefined): boolean {
  const { document, error } = readDocument(text, yaml);
  if (error?.code === "empty_document") return value?.[0] === "null";
  if (document === undefined) return false;
  const expected = unordered(value as Tagged);
  if (expected === undefined) return document.remarks.some(({ kind }) => kind === "odd");
  return JSON.stringify(unordered(tagged(document.value))) === JSON.stringify(expected);
}

describe("YAML is read as PyYAML reads it", () => {
  test("a text that PyYAML accepts has the same value", () => {
    const accepted = answers.filter(({ text, error }) => error === undefined && !Object.hasOwn(rejected, text));
    expect(accepted.filter(({ text, value }) => !isDifferent({ text }) && !hasSameValue(text, value))).toEqual([]);
  });

  test("a text that PyYAML rejects is rejected with a reason and a position", () => {
    const others = answers.filter(({ text, error }) => {
      if (isDifferent({ text, ...defined({ error }) })) return false;
      const read = readDocument(text, yaml);
      return (
        error !== undefined &&
        !(read.error !== undefined && /.\.$/s.test(read.error.message) && read.error.position.line > 0)
      );
    });
    expect(others).toEqual([]);
  });

  test.each(Object.entries(rejected))("%s is rejected although PyYAML accepts it: %s", (text) => {
    expect(answers.find((answer) => answer.text === text)?.error).toBeUndefined();
    expect(readDocument(text, yaml).error).toBeDefined();
  });
});

describe("the error of an unreadable document has a code and a position", () => {
  test.each([
    ["", "empty_document", "", 1, 1],
    ["# only\n# comments\n", "empty_document", "", 1, 1],
    ["a: [1\nb: 2\n", "invalid_syntax", "", 2, 2],
    ["a: {b: 1", "invalid_syntax", "", 1, 9],
    ["a: 'b", "invalid_syntax", "", 1, 6],
    ['a: "b\n---\n"', "invalid_syntax", "", 2, 1],
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
    ["a:\r\n  b: [\r\n", "invalid_syntax", "", 3, 1],
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

/** Milliseconds of processor time of this process since `started`. */
function spent(started: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1000;
}

test("an error with another cause than the document is thrown unchanged", () => {
  const broken: ReadOptions = {
    ...yaml,
    get nodes(): number {
      throw new Error("a defect");
    },
  };
  expect(() => readDocument("a: 1", broken)).toThrow("a defect");
});

describe("limits of depth and size", () => {
  const deep = 100_000;
  test.each([
    ["[", "["],
    ["[...]", `${"[".repeat(deep)}${"]".repeat(deep)}`],
    ["{a: ", "{a: ".repeat(deep)],
    ["- ", "- ".repeat(deep)],
    ["? ", "? ".repeat(deep)],
    ["- ? ", "- ? ".repeat(deep)],
    ["{? ", "{? ".repeat(deep)],
    ["a:", Array.from({ length: 600 }, (_, level) => `${" ".repeat(level)}a:`).join("\n")],
    ["JSON as YAML", `${'{"a":'.repeat(deep)}1${"}".repeat(deep)}`],
  ])("YAML with %s nested 100,000 deep is rejected within 200 ms", (_, text) => {
    const started = process.cpuUsage();
    const { error } = readDocument(text, yaml);
    expect(error?.code).toBe(text === "[" ? "invalid_syntax" : "too_deep");
    if (text !== "[") expect(error?.message).toBe("The document is nested deeper than 60 levels.");
    expect(spent(started)).toBeLessThan(200);
  });

  test.each([
    ["[", `${"[".repeat(deep)}${"]".repeat(deep)}`],
    ['{"a":', `${'{"a":'.repeat(deep)}1${"}".repeat(deep)}`],
  ])("JSON with %s nested 100,000 deep is rejected", (_, text) => {
    expect(readDocument(text, json).error?.code).toBe("too_deep");
  });

  test("aliases add the nesting levels of their anchors", () => {
    const chain = (levels: number) =>
      ["a0: &a0 [x]", ...Array.from({ length: levels }, (_, at) => `a${at + 1}: &a${at + 1} [*a${at}]`)].join("\n");
    expect(readDocument(chain(8), { ...yaml, depth: 10 }).error).toBeUndefined();
    expect(readDocument(chain(9), { ...yaml, depth: 10 }).error?.code).toBe("too_deep");
  });

  test("the values of an anchor count once for each alias", () => {
    const text = "a: &a [1, 2, 3]\nb: [*a, *a]";
    // The mapping, its two keys, the lists and their items.
    expect(readDocument(text, { ...yaml, nodes: 16 }).error).toBeUndefined();
    expect(readDocument(text, { ...yaml, nodes: 15 }).error?.code).toBe("too_many_nodes");
  });

  const names = [..."abcdefghij"];
  test.each([
    [
      "billion laughs",
      names
        .map(
          (name, at) =>
            `${name}: &${name} [${Array(9)
              .fill(at === 0 ? "lol" : `*${names[at - 1]}`)
              .join(", ")}]`,
        )
        .join("\n"),
    ],
    [
      "forty doublings",
      Array.from({ length: 40 }, (_, at) => `a${at}: &a${at} [${at === 0 ? "1, 1" : `*a${at - 1}, *a${at - 1}`}]`).join(
        "\n",
      ),
    ],
    [
      "merge keys of one mapping",
      `a: &a {${Array.from({ length: 5000 }, (_, at) => `k${at}: 1`).join(", ")}}\nb: {<<: [${Array(1000).fill("*a").join(", ")}]}`,
    ],
    ["15,000 merge keys", `a: &a {x: 1}\n${Array.from({ length: 15_000 }, (_, at) => `b${at}: {<<: *a}`).join("\n")}`],
    ["50,000 keys", Array.from({ length: 50_000 }, (_, at) => `k${at}: 1`).join("\n")],
  ])("YAML with %s is rejected within two seconds", (_, text) => {
    const started = process.cpuUsage();
    expect(readDocument(text, yaml).error?.code).toBe("too_many_nodes");
    expect(spent(started)).toBeLessThan(2000);
  });

  test("JSON with 50,000 keys is rejected", () => {
    const text = `{${Array.from({ length: 50_000 }, (_, at) => `"k${at}":1`).join(",")}}`;
    expect(readDocument(text, json).error?.code).toBe("too_many_nodes");
  });

  test.each([
    ["comments", "# x\n".repeat(60_000)],
    ["line breaks in quotes", `a: "${"\n".repeat(200_000)}"`],
    ["a long text", `a: ${"x ".repeat(125_000)}b`],
    ["colons", `a${":".repeat(250_000)}`],
    ["escapes", `a: "${"\\x41".repeat(60_000)}"`],
    ["digits", `a: ${"1_".repeat(100_000)}`],
    ["digits of JSON", `{"a": ${"1".repeat(250_000)}}`],
  ])("250 KB of %s are read or rejected within two seconds", (_, text) => {
    const started = process.cpuUsage();
    readDocument(text, text.startsWith("{") ? json : yaml);
    expect(spent(started)).toBeLessThan(2000);
  });
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
      expect(document?.remarks).toEqual([
        { kind: "duplicate", path: ["a"], offset: options === yaml ? 5 : 9, what: "" },
      ]);
    }
  });

  test("a key that also comes from a merge is not a duplicate", () => {
    expect(readDocument("x: &x {a: 1}\ny: {<<: *x, a: 2}", yaml).document?.remarks).toEqual([]);
  });

  test.each([
    ["1: a", "1", "a number"],
    ["yes: a", "yes", "a boolean"],
    ["~: a", "~", "null"],
    [": a", "", "null"],
    ["2001-01-01: a", "2001-01-01", "a date (quote it to make it text)"],
    ["a: &k 5\n*k : b", "5", "a number"],
  ])("the key of %j is reported because it is not text", (text, key, what) => {
    const document = readDocument(text === ": a" ? "? \n: a" : text, yaml).document;
    expect(document?.remarks).toContainEqual(expect.objectContaining({ kind: "odd", path: [key], what }));
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

  test("the position of a JSON value is that of its first character", () => {
    const read = readDocument('{"a": {"b": [1,\n {"c": 2}]}}', json);
    expect(read.document?.position("/a/b/1/c")).toEqual({ line: 2, column: 8 });
    expect(read.document?.position("/a/b", "key")).toEqual({ line: 1, column: 8 });
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
    ["{", "invalid_syntax", 1, 2],
    ['{"a": 1,}', "invalid_syntax", 1, 9],
    ["{a: 1}", "invalid_syntax", 1, 2],
    ["[1 2]", "invalid_syntax", 1, 4],
    ["01", "invalid_syntax", 1, 2],
    ["[1]]", "invalid_syntax", 1, 4],
    ['"\\ud83d"', "invalid_character", 1, 1],
    ["1".repeat(5000), "invalid_scalar", 1, 1],
  ])("the JSON text %j is rejected", (text, code, line, column) => {
    expect(readDocument(text, json).error).toMatchObject({ code, position: { line, column } });
  });
});
