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

/** An answer of PyYAML, as test/parity/pyyaml.py spells it. */
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

/** A value as PyYAML's answers spell it. */
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

/** Mappings in the order of their keys; undefined where a key is no text, which we read as text and say so. */
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

/** What PyYAML reads and we refuse, with the reason. */
const refused: Readonly<Record<string, string>> = {
  'a: "\\ud83d"': "half of a surrogate pair cannot be written as UTF-8, so the SDK fails later",
  "a: !!set {a, b}": "no field takes a set",
  "a: !!set {a: 1}": "no field takes a set",
  "a: !!omap [a: 1]": "no field takes an ordered map",
  "a: !!pairs [a: 1, a: 2]": "no field takes pairs",
};

/** js-yaml follows YAML 1.2 where PyYAML has rules of its own; none of these is the work of a person. */
const otherwise: Readonly<Record<string, string>> = {
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

function isOtherwise({ text, error = "" }: Answer): boolean {
  if (Object.hasOwn(otherwise, text)) return true;
  // Tabs between words, keys of more than 1,000 characters, and keys that are nothing.
  return (
    error.includes("character '\\t'") ||
    /x{1000}/.test(text) ||
    /^\s*: /m.test(text) ||
    text === ":" ||
    text.includes("!!str 1:") ||
    /[\u0085\u2028\u2029]/.test(text)
  );
}

describe("YAML is read as PyYAML reads it", () => {
  test("what it reads has the same value", () => {
    const others = answers.filter(({ text, value, error }) => {
      if (isOtherwise({ text })) return false;
      if (error !== undefined || Object.hasOwn(refused, text)) return false;
      const read = readDocument(text, yaml);
      if (read.error?.code === "empty_document") return value?.[0] !== "null";
      if (read.document === undefined) return true;
      const wanted = unordered(value as Tagged);
      if (wanted === undefined) return !read.document.remarks.some(({ kind }) => kind === "odd");
      return JSON.stringify(unordered(tagged(read.document.value))) !== JSON.stringify(wanted);
    });
    expect(others).toEqual([]);
  });

  test("what it refuses is refused, with a reason and a place", () => {
    const others = answers.filter(({ text, error }) => {
      if (isOtherwise({ text, ...defined({ error }) })) return false;
      const read = readDocument(text, yaml);
      return (
        error !== undefined &&
        !(read.error !== undefined && /.\.$/s.test(read.error.message) && read.error.position.line > 0)
      );
    });
    expect(others).toEqual([]);
  });

  test.each(Object.entries(refused))("%s is refused: %s", (text) => {
    expect(answers.find((answer) => answer.text === text)?.error).toBeUndefined();
    expect(readDocument(text, yaml).error).toBeDefined();
  });
});

describe("what cannot be read says why and where", () => {
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
  ])("%j: %s at %j, line %i, column %i", (text, code, pointer, line, column) => {
    expect(readDocument(text, yaml).error).toMatchObject({ code, pointer, position: { line, column } });
  });

  test("but what is wrong with the caller is thrown", () => {
    const options = {
      format: "yaml",
      nodes: 1,
      get depth(): number {
        throw new TypeError("no depth");
      },
    } as const;
    expect(() => readDocument("a", options)).toThrow(new TypeError("no depth"));
  });

  test("bytes that are not UTF-8", () => {
    expect(readDocument(Uint8Array.of(97, 58, 32, 0xff), yaml).error).toMatchObject({ code: "invalid_encoding" });
  });

  test("a byte order mark is skipped, in YAML and in JSON", () => {
    expect(tagged(readDocument(new TextEncoder().encode("\ufeffa: 1"), yaml).document?.value ?? null)).toEqual(
      tagged({ a: 1 }),
    );
    expect(tagged(readDocument('\ufeff{"a": 1}', json).document?.value ?? null)).toEqual(tagged({ a: 1 }));
  });
});

/** Milliseconds of processor time since `started`; what other processes do does not count. */
function spent(started: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1000;
}

test("an error that is not the document's goes up as it is", () => {
  const broken: ReadOptions = {
    ...yaml,
    get nodes(): number {
      throw new Error("a defect");
    },
  };
  expect(() => readDocument("a: 1", broken)).toThrow("a defect");
});

describe("caps", () => {
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
  ])("%s, 100,000 deep, is refused within 200 ms", (_, text) => {
    const started = process.cpuUsage();
    const { error } = readDocument(text, yaml);
    expect(error?.code).toBe(text === "[" ? "invalid_syntax" : "too_deep");
    if (text !== "[") expect(error?.message).toBe("The document is nested deeper than 60 levels.");
    expect(spent(started)).toBeLessThan(200);
  });

  test.each([
    ["[", `${"[".repeat(deep)}${"]".repeat(deep)}`],
    ['{"a":', `${'{"a":'.repeat(deep)}1${"}".repeat(deep)}`],
  ])("JSON %s, 100,000 deep, is refused", (_, text) => {
    expect(readDocument(text, json).error?.code).toBe("too_deep");
  });

  test("levels are counted through aliases", () => {
    const chain = (levels: number) =>
      ["a0: &a0 [x]", ...Array.from({ length: levels }, (_, at) => `a${at + 1}: &a${at + 1} [*a${at}]`)].join("\n");
    expect(readDocument(chain(8), { ...yaml, depth: 10 }).error).toBeUndefined();
    expect(readDocument(chain(9), { ...yaml, depth: 10 }).error?.code).toBe("too_deep");
  });

  test("values are counted as often as aliases name them", () => {
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
  ])("%s are refused within two seconds", (_, text) => {
    const started = process.cpuUsage();
    expect(readDocument(text, yaml).error?.code).toBe("too_many_nodes");
    expect(spent(started)).toBeLessThan(2000);
  });

  test("50,000 keys of JSON are refused", () => {
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
  ])("250 KB of %s end within two seconds", (_, text) => {
    const started = process.cpuUsage();
    readDocument(text, text.startsWith("{") ? json : yaml);
    expect(spent(started)).toBeLessThan(2000);
  });
});

describe("keys", () => {
  test("names of JavaScript's own objects are keys like others", () => {
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

  test("a key that stands twice is remarked, and the last one counts", () => {
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

  test("a key that a merge brings as well is no duplicate", () => {
    expect(readDocument("x: &x {a: 1}\ny: {<<: *x, a: 2}", yaml).document?.remarks).toEqual([]);
  });

  test.each([
    ["1: a", "1", "a number"],
    ["yes: a", "yes", "a boolean"],
    ["~: a", "~", "null"],
    [": a", "", "null"],
    ["2001-01-01: a", "2001-01-01", "a date (quote it to make it text)"],
    ["a: &k 5\n*k : b", "5", "a number"],
  ])("%j: the key is no text, which is remarked", (text, key, what) => {
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
  ] as const)("%j, %s: line %i, column %i", (pointer, part, line, column) => {
    expect(document?.position(pointer, part)).toEqual({ line, column });
  });

  test("pointers escape ~ and /", () => {
    const read = readDocument("x: 1\n'a/b~c': 2", yaml);
    expect(read.document?.position("/a~1b~0c")).toEqual({ line: 2, column: 10 });
  });

  test("what an alias stands for is where the anchor is not", () => {
    const read = readDocument("a: &x {b: 1}\nc: *x", yaml);
    expect(read.document?.position("/c")).toEqual({ line: 2, column: 4 });
    expect(read.document?.position("/c/b")).toEqual({ line: 2, column: 4 });
  });

  test("JSON", () => {
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
  ])("%s", (text, value) => {
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
  ])("%j is refused", (text, code, line, column) => {
    expect(readDocument(text, json).error).toMatchObject({ code, position: { line, column } });
  });
});
