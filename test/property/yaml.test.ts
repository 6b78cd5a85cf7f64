import fc from "fast-check";
import { CORE_SCHEMA, load } from "js-yaml";
import { describe, expect, test } from "vitest";
import { readDocument } from "../../shared/core/yaml/read-document.ts";
import { toJson } from "../../shared/core/yaml/to-json.ts";
import { toFloat, type Value } from "../../shared/core/yaml/value.ts";
import { writeYaml } from "../../shared/core/yaml/write-yaml.ts";

const limits = { depth: 60, nodes: 1_000_000 };

const awkward = [
  ...[
    "yes",
    "null",
    "~",
    "1",
    "1.0",
    "0x1",
    "0o1",
    "1:30",
    "=",
    "<<",
    "2001-01-01",
    "",
    " ",
    "---",
    "...",
    "- a",
    "? a",
    "a: b",
    "a #b",
    "1e3",
    "017",
    ".5",
    "y",
    "N",
    "|",
    "#",
  ],
  ...[
    "x".repeat(2000),
    "a\n",
    "\na",
    "a\n\n",
    "\n",
    "\n\n",
    "a\n b",
    " a\nb",
    "a \nb",
    "a\n\tb",
    "a\n \nb",
    "a\n  ",
    "\u0000",
    "\ufeff",
    "\u0085",
    "\u2028",
    "é😀",
    "__proto__",
  ],
];
const characters = Array.from("ab01 \n\t:#-'\"|>&*!%@`,[]{}?=~.\r\\é\u0085\u2028\ufeff\u0000😀_exonyN+<");
const text = fc.oneof(
  fc.constantFrom(...awkward),
  fc.string({ unit: fc.constantFrom(...characters) }),
  fc.string({ unit: "binary" }).filter((value) => value.isWellFormed()),
);
const scalar: fc.Arbitrary<Value> = fc.oneof(
  text,
  fc.boolean(),
  fc.constant(null),
  fc.integer(),
  fc.bigInt().map((value) => (Number.isSafeInteger(Number(value)) ? Number(value) : value)),
  fc.double().map(toFloat),
);
const { value } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    scalar,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.array(fc.tuple(text, tie("value")), { maxLength: 4 }).map((entries): Value => {
      const map: Record<string, Value> = Object.create(null);
      for (const [key, member] of entries) map[key] = member;
      return map;
    }),
  ),
}));
const bytes = fc.uint8Array({ maxLength: 200 });
const snippets = fc.constantFrom(
  "a: ",
  "- ",
  "? ",
  ": ",
  "  ",
  "\n",
  "\t",
  "[",
  "]",
  "{",
  "}",
  ",",
  "'",
  '"',
  "\\",
  "|",
  ">",
  "#",
  "&a ",
  "*a",
  "!!str ",
  "!x ",
  "<<: ",
  "---",
  "...",
  "%YAML 1.1\n",
  "1",
  "x",
  "\r\n",
  "\ufeff",
  "=",
);
const yamlish = fc.array(snippets, { maxLength: 30 }).map((parts) => parts.join(""));

describe("YAML", () => {
  test("any value is read back from its YAML as the same value", () => {
    fc.assert(
      fc.property(value, (given) => {
        const { document, error } = readDocument(writeYaml(given), { format: "yaml", ...limits });
        if (error?.code === "empty_document") return expect(given).toBeNull();
        expect(error).toBeUndefined();
        expect(document?.value).toEqual(given);
      }),
      { numRuns: 2000 },
    );
  });

  test("a YAML 1.2 reader reads any printed text as text", () => {
    fc.assert(
      fc.property(fc.array(text.filter((given) => !given.includes("\ufeff"))), (given) => {
        expect(load(writeYaml(given), { schema: CORE_SCHEMA })).toEqual(given);
      }),
      { numRuns: 1000 },
    );
  });

  test("any value that JSON supports is read back from its JSON as the same value", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            text,
            fc.integer(),
            fc.double({ noNaN: true, noDefaultInfinity: true }).map(toFloat),
            fc.bigInt({ min: 2n ** 60n }),
          ),
          {
            minLength: 1,
          },
        ),
        (given) => {
          const { document } = readDocument(JSON.stringify(toJson(given)), { format: "json", ...limits });
          expect(document?.value).toEqual(given);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test("any bytes and any text are read as a value or an error with a position, without an exception", () => {
    fc.assert(
      fc.property(
        fc.oneof(bytes, fc.string({ unit: "binary" }), yamlish),
        fc.constantFrom("yaml", "json"),
        (source, format) => {
          const { document, error } = readDocument(source, { format, depth: 32, nodes: 20_000 });
          if (error === undefined)
            expect(document.position("")).toEqual({ line: expect.any(Number), column: expect.any(Number) });
          else
            expect(error).toMatchObject({
              message: expect.stringMatching(/./),
              position: { line: expect.any(Number), column: expect.any(Number) },
            });
        },
      ),
      { numRuns: 5000 },
    );
  });
});
