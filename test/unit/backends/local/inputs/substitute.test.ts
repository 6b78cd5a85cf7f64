// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Azure ML writes its bindings so
import { expect, test } from "vitest";
import { maxCommandLength, substitute } from "../../../../../shared/backends/local/inputs/substitute.ts";
import { minCpuMs } from "../../../../support/min-cpu-ms.ts";

const bindings = {
  inputs: new Map([
    ["x", "1"],
    ["words", "two words"],
    ["odd", "$& ${{inputs.x}} $[[a]]"],
    ["empty", ""],
  ]),
  outputs: new Map([["model", "/jobs/a/outputs/model/"]]),
};

test.each([
  ["nothing to put in", "nothing to put in"],
  ["--x ${{inputs.x}}", "--x 1"],
  ["--x ${{ inputs.x }} ${{inputs.x}}", "--x 1 1"],
  ["--x '${{inputs.words}}' ${{inputs.words}}", "--x 'two words' two words"],
  ["--out ${{outputs.model}}", "--out /jobs/a/outputs/model/"],
  ["${{inputs.odd}}", "$& ${{inputs.x}} $[[a]]"],
  ["[${{inputs.empty}}]", "[]"],
  ["a $[[--x ${{inputs.x}}]] b", "a --x 1 b"],
  ["a $[[--y ${{inputs.y}}]] b", "a  b"],
  ["a $[[--x ${{inputs.x}} --y ${{inputs.y}}]] b", "a  b"],
  ["$[[--x ${{inputs.x}}]] $[[--y ${{inputs.y}}]] $[[\n--e ${{inputs.empty}}\n]]", "--x 1  \n--e \n"],
  ["a [--y ${{inputs.y}}] [--x ${{inputs.x}}] b", "a  [--x 1] b"],
  ["echo $[[1+1]]", "echo $[[1+1]]"],
  ["[[ -n $HOME ]] && echo ${HOME}", "[[ -n $HOME ]] && echo ${HOME}"],
])("substitutes %j to %j", (command, expected) => {
  expect(substitute(command, bindings)).toBe(expected);
});

test.each([
  ["${{inputs.y}}", "missing_input"],
  ["${{inputs.model}}", "missing_input"],
  ["${{outputs.y}}", "missing_output"],
  ["${{ outputs.x }}", "missing_output"],
])("rejects %s, which the job does not have, and reports its name", (text, code) => {
  expect(() => substitute(`run ${text}`, bindings)).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(text) }),
  );
});

test("rejects a command that would become too long before building it, to protect the memory of the service", () => {
  const large = { inputs: new Map([["x", "y".repeat(90_000)]]), outputs: new Map<string, string>() };
  const command = "echo ${{inputs.x}}; ".repeat(5000);
  const before = process.memoryUsage().rss;
  expect(() => substitute(command, large)).toThrow(
    expect.objectContaining({ code: "command_too_long", message: expect.stringContaining("1048576 characters") }),
  );
  expect(process.memoryUsage().rss - before).toBeLessThan(50 * 1024 * 1024);
  expect(substitute("${{inputs.x}}".repeat(11), large).length).toBeLessThanOrEqual(maxCommandLength);
});

test("takes at most 50 ms for 80,000 opening brackets without an end", () => {
  const text = "$[[".repeat(80_000);
  expect(minCpuMs(() => substitute(text, bindings), 50)).toBeLessThanOrEqual(50);
  expect(substitute(text, bindings)).toBe(text);
});
