import { expect, test } from "vitest";
import { loadJob } from "../../../../../../../shared/core/job/load-job.ts";
import { bundle } from "../../../bundle.ts";
import { pipelineHead } from "../load-pipeline.ts";

const component = `type: command
command: echo
environment: azureml:e:1
inputs:
  ratio: {type: number, min: 0, max: 1, optional: true}
  count: {type: integer, optional: true}
  level: {type: string, enum: [low, high], optional: true}
  names: {type: string, enum: [${Array.from({ length: 30 }, (_, index) => `n${index}`).join(", ")}], optional: true}
  text: {type: string, optional: true}
  flag: {type: boolean, optional: true}
`;

function warnings(input: string) {
  const job = `${pipelineHead}inputs: {p: 5}\njobs:\n  a:\n    component: ./c.yml\n    inputs: {${input}}\n`;
  const { issues, warnings } = loadJob(job, { files: bundle({ "c.yml": component }) });
  expect(issues).toBeUndefined();
  return warnings.map(({ code, message, blocks_submission, suggestion }) => {
    expect(blocks_submission).toBe(false);
    return [code, message.replace(/^jobs\.a\.inputs\./, ""), ...(suggestion ?? [])];
  });
}

const replace = (input: string, value: unknown) => ({ op: "replace", path: `/jobs/a/inputs/${input}`, value });

test.each([
  ["ratio: 20%", "wrong_type", 'ratio is "20%", but the component expects a number.', [replace("ratio", 0.2)]],
  ["ratio: abc", "wrong_type", 'ratio is "abc", but the component expects a number.', []],
  ["ratio: true", "wrong_type", "ratio is true, but the component expects a number.", []],
  ["ratio: 20", "out_of_range", "ratio is 20, but the component expects at most 1.", []],
  ["ratio: '-0.5'", "out_of_range", 'ratio is "-0.5", but the component expects at least 0.', []],
  ["count: 10.5", "wrong_type", "count is 10.5, but the component expects a whole number.", []],
  ["count: 10%", "wrong_type", 'count is "10%", but the component expects a whole number.', []],
  [
    "level: hihg",
    "not_allowed",
    'level is "hihg", but the component expects one of low, high.',
    [replace("level", "high")],
  ],
  ["level: 7", "not_allowed", "level is 7, but the component expects one of low, high.", []],
  ["flag: perhaps", "wrong_type", 'flag is "perhaps", but the component expects true or false.', []],
])("the value %s of a component's input causes a warning that does not block", (input, code, message, suggestion) => {
  expect(warnings(input)).toEqual([[code, message, ...suggestion]]);
});

test("a long list of allowed values is shortened in the warning", () => {
  expect(String(warnings("names: other")[0]?.[1])).toMatch(/n18, n19, \.\.\.\.$/);
});

test.each([
  ["ratio: 1, count: 10.0, level: low, flag: true, text: 5"],
  ["ratio: '1e-3', count: '7', flag: 'False'"],
  ["ratio: nan, count: 1_000, flag: 1"],
  [`ratio: '\${{parent.inputs.p}}', count: '\${{parent.inputs.p}}'`],
])("the values %s cause no warning", (input) => {
  expect(warnings(input)).toEqual([]);
});
