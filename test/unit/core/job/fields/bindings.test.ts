// biome-ignore-all lint/suspicious/noTemplateCurlyInString: bindings of Azure ML have this form
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bindingsIn, hasBinding, isBinding } from "../../../../../shared/core/job/fields/bindings.ts";
import { minCpuMs } from "../../../../support/min-cpu-ms.ts";

/** The regular expressions of the SDK, which are correct and slow. */
const anywhere = /\$\{\{\s*\S*?\s*\}\}/;
const whole = /^\$\{\{\s*\S*?\s*\}\}$/;
const each = /\$\{\{.*?\}\}/g;

const texts = fc
  .array(fc.constantFrom("${{", "}}", " ", "\n", "\u2028", "a", "$", "{", "}", "inputs.x", "${{a}}", "${{ a }}"), {
    maxLength: 12,
  })
  .map((parts) => parts.join(""));

test("hasBinding, isBinding and bindingsIn find the same bindings as the SDK's regular expressions", () => {
  fc.assert(
    fc.property(texts, (text) => {
      expect([text, hasBinding(text), isBinding(text), [...bindingsIn(text)]]).toEqual([
        text,
        anywhere.test(text),
        whole.test(text),
        text.match(each) ?? [],
      ]);
    }),
    { numRuns: 3000 },
  );
});

test("a value that is not text contains no binding", () => {
  expect([hasBinding(1), isBinding(null), hasBinding(undefined)]).toEqual([false, false, false]);
});

describe("a text of 250 KB takes at most 50 ms", () => {
  test.each([
    ["openings", "${{".repeat(83_000)],
    ["openings that end somewhere", `${"${{".repeat(83_000)}\n}}`],
    ["an opening and blanks", `\${{${" ".repeat(250_000)}`],
    ["openings and blanks", `${"${{ ".repeat(62_000)}`],
    ["openings on lines of their own, and one end", `${"${{\n".repeat(62_000)}}}`],
    ["bindings", "${{inputs.x}} ".repeat(17_000)],
  ])("bindings in 250 KB of %s are found within 50 ms", (_what, text) => {
    expect(minCpuMs(() => [hasBinding(text), isBinding(text), [...bindingsIn(text)].length], 50)).toBeLessThanOrEqual(
      50,
    );
  });
});
