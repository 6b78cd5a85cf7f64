// biome-ignore-all lint/suspicious/noTemplateCurlyInString: bindings of Azure ML have this form
import { expect, test } from "vitest";
import { loadJob } from "../../../../../../shared/core/job/load-job.ts";
import { pipelineHead } from "./load-pipeline.ts";

function warnings(binding: string) {
  const { warnings } = loadJob(`${pipelineHead}inputs:
  raw: {type: uri_folder, path: 'azureml:raw:1'}
jobs:
  prep:
    component: {command: echo, environment: 'azureml:e:1', outputs: {clean: {type: uri_folder}}}
  train:
    component: {command: echo, environment: 'azureml:e:1', inputs: {data: {type: uri_folder}}}
    inputs: {data: '${binding}'}
`);
  return warnings.map(({ code, blocks_submission, pointer, suggestion }) => [
    ...[code, blocks_submission, pointer],
    ...(suggestion ?? []).map((patch) => ("value" in patch ? patch.value : undefined)),
  ]);
}

test.each([
  ["${{pipeline.inputs.raw}}", "${{parent.inputs.raw}}"],
  ["${{prep.outputs.clean}}", "${{parent.jobs.prep.outputs.clean}}"],
  ["${{steps.prep.outputs.clean}}", "${{parent.jobs.prep.outputs.clean}}"],
  ["${{pipeline.jobs.prep.outputs.clean}}", "${{parent.jobs.prep.outputs.clean}}"],
  ["${{prepp.outputs.clean}}", "${{parent.jobs.prep.outputs.clean}}"],
  ["${{pipeline.inputs.rwa}}", "${{parent.inputs.raw}}"],
])("the input %s, which Azure ML does not replace, causes a warning that suggests %s", (binding, right) => {
  expect(warnings(binding)).toEqual([["unknown_binding", false, "/jobs/train/inputs/data", right]]);
});

test("an input that resembles no valid binding causes a warning without a suggestion", () => {
  expect(warnings("${{other.zzzz.qqqq}}")).toEqual([["unknown_binding", false, "/jobs/train/inputs/data"]]);
});

test.each(["${{parent.inputs.raw}}", "azureml://datastores/a/paths/${{node.name}}/x", "${{name}}"])(
  "the input %s causes no warning",
  (binding) => {
    expect(warnings(binding)).toEqual([]);
  },
);
