/** Compares our reading of YAML with the answers of PyYAML in test/data/yaml. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type ReadOptions, readDocument } from "../../../../shared/core/yaml/read-document.ts";
import { defined } from "../../../../shared/lib/defined.ts";
import { type Tagged, tagged } from "./tagged.ts";

const yaml: ReadOptions = { format: "yaml", depth: 60, nodes: 20_000 };

interface Answer {
  readonly text: string;
  readonly value?: Tagged;
  readonly error?: string;
}

const answers = readFileSync(new URL("../../../data/yaml/expected.jsonl", import.meta.url), "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line) as Answer);

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
  "a: !!set {a, b}": "no field accepts a set",
  "a: !!set {a: 1}": "no field accepts a set",
  "a: !!omap [a: 1]": "no field accepts an ordered map",
  "a: !!pairs [a: 1, a: 2]": "no field accepts pairs",
};

/** Texts that js-yaml reads as YAML 1.2 and PyYAML by rules of its own; no person writes such texts. */
const different: Readonly<Record<string, string>> = {
  "%TAG ! tag:yaml.org,2002:\n---\na: !str 5": "no job needs tags of its own",
  "%TAG !e! tag:yaml.org,2002:\n---\na: !e!str 5": "no job needs tags of its own",
  "a:\n|\n x\n": "a block of text begins behind its key",
  "a: [-]": "a dash is no item",
  "a: {-}": "a dash is no key",
  "a: [b]# c": "a comment needs a blank before it",
  "[a?]": "? ends no text",
  '{"a"\n:1}': "a colon may come in the next line",
  "[?a]": "? begins a text",
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
    text.includes("!!str 1:")
  );
}

/** Whether we read a text as PyYAML does. */
function hasSameValue(text: string, value: Tagged | undefined): boolean {
  const { document, error } = readDocument(text, yaml);
  if (error?.code === "empty_document") return value?.[0] === "null";
  if (document === undefined) return false;
  const expected = unordered(value as Tagged);
  if (expected === undefined) return document.keyIssues.some(({ kind }) => kind === "nonText");
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
