import { describe, expect, test } from "vitest";
import { type ReadOptions, readDocument } from "../../../../shared/core/yaml/read-document.ts";

const yaml: ReadOptions = { format: "yaml", depth: 60, nodes: 20_000 };
const json: ReadOptions = { ...yaml, format: "json" };

/** Milliseconds of processor time of this process since `started`. */
function spent(started: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1000;
}

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

  test("the values of an anchor are counted once for each alias", () => {
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
      [
        `a: &a {${Array.from({ length: 5000 }, (_, at) => `k${at}: 1`).join(", ")}}`,
        `b: {<<: [${Array(1000).fill("*a").join(", ")}]}`,
      ].join("\n"),
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
