// biome-ignore-all lint/suspicious/noTemplateCurlyInString: bindings of Azure ML have this form
import { expect, test } from "vitest";
import { loadJob } from "../../../../../shared/core/job/load-job.ts";
import { node, settings, space } from "../problems.ts";

function warnings(job: string) {
  const { issues, warnings } = loadJob(job);
  expect(issues).toBeUndefined();
  return warnings.map(({ code, pointer, line, blocks_submission }) => [code, pointer, line, blocks_submission]);
}

const uses = (kind: string) => `command: echo \${{${kind}.a}} \${{${kind}.b}}\nenvironment: azureml:e:1\n`;
const twice = (kind: string, value: string) => `${kind}: {a: ${value}, b: ${value}}\n${kind}: {c: ${value}}\n`;

test("two blocks of inputs are one problem, with the names of the inputs that are lost", () => {
  const { warnings: found } = loadJob(`${uses("inputs")}${twice("inputs", "1")}`);
  expect(found).toEqual([
    {
      code: "duplicate_key",
      pointer: "/inputs",
      line: 4,
      column: 1,
      message: "inputs is defined twice; the last value is used, which lacks a and b. Merge both.",
      blocks_submission: true,
    },
  ]);
});

test.each([
  ["outputs", `${uses("outputs")}${twice("outputs", "{}")}`, ["duplicate_key", "/outputs", 4, true]],
  [
    "inputs of a sweep",
    `type: sweep\ntrial:\n  command: echo \${{inputs.a}}\n  environment: azureml:e:1\n${settings}${space}${twice("inputs", "1")}`,
    ["duplicate_key", "/inputs", 9, true],
  ],
  [
    "inputs of a node",
    node("command: 'echo ${{inputs.a}}', environment: 'azureml:e:1', inputs: {a: 1}, inputs: {c: 1}"),
    ["duplicate_key", "/jobs/a/inputs", 4, true],
  ],
])("two blocks of %s are one problem", (_kind, job, warning) => {
  expect(warnings(job)).toEqual([warning]);
});

test("a duplicate key that explains nothing hides no other problem", () => {
  expect(warnings(`${uses("inputs")}inputs: {c: 1}\ninputs: {a: 1}\n`)).toEqual([
    ["unknown_input", "/command", 1, true],
    ["duplicate_key", "/inputs", 4, false],
  ]);
  expect(warnings(`${uses("inputs")}tags: {a: b}\ntags: {}\ninputs: {a: 1}\n`)).toEqual([
    ["unknown_input", "/command", 1, true],
    ["duplicate_key", "/tags", 4, false],
  ]);
});
