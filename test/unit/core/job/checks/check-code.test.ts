import { expect, test } from "vitest";
import { loadJob } from "../../../../../shared/core/job/load-job.ts";
import { bundle } from "../bundle.ts";

const files = bundle({ "src/main.py": "" });
const armId = (kind: string) =>
  `azureml:/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w/${kind}/c/versions/1`;
const pipelineOf = (node: object) => ({
  type: "pipeline",
  settings: { default_compute: "azureml:cpu" },
  jobs: { a: node },
});
const command = { command: "ls", environment: "azureml:e:1" };
const spark = {
  type: "spark",
  entry: { file: "main.py" },
  conf: {
    "spark.driver.cores": 1,
    "spark.driver.memory": "2g",
    "spark.executor.cores": 2,
    "spark.executor.memory": "2g",
    "spark.executor.instances": 2,
  },
  resources: { instance_type: "standard_e4s_v3", runtime_version: "3.4" },
};
const sweep = {
  type: "sweep",
  search_space: { x: { type: "choice", values: [1, 2] } },
  sampling_algorithm: "random",
  objective: { goal: "maximize", primary_metric: "acc" },
  limits: { max_total_trials: 2 },
};
const task = { type: "run_function", entry_script: "main.py", environment: "azureml:e:1" };
const parallel = {
  type: "parallel",
  inputs: { d: { type: "mltable", path: "azureml:d:1" } },
  input_data: `\${{inputs.d}}`,
  mini_batch_size: "1",
};

/** Jobs with code, by the place of the code and the kind of its holder. */
const holders: readonly (readonly [string, string, (code: string) => object])[] = [
  ["/code", "a job", (code) => ({ ...command, code })],
  ["/code", "a spark job", (code) => ({ ...spark, code })],
  ["/trial/code", "a sweep job", (code) => ({ ...sweep, trial: { ...command, code } })],
  ["/jobs/a/code", "a node", (code) => pipelineOf({ ...command, code })],
  ["/jobs/a/code", "a spark node", (code) => pipelineOf({ ...spark, code })],
  ["/jobs/a/trial/code", "a sweep node", (code) => pipelineOf({ ...sweep, trial: { ...command, code } })],
  ["/jobs/a/task/code", "a parallel node", (code) => pipelineOf({ ...parallel, task: { ...task, code } })],
];
const isJob = (name: string): boolean => name.endsWith(" job");

function problems(job: object): readonly string[] {
  const { issues, warnings } = loadJob(job, { files });
  expect(issues).toBeUndefined();
  return warnings.filter((each) => each.blocks_submission).map(({ code, pointer }) => `${code} ${pointer}`);
}

test.each(holders)("the code at %s of %s may be a folder or the ARM id of code", (_pointer, _name, jobWith) => {
  expect(problems(jobWith("./src"))).toEqual([]);
  expect(problems(jobWith(armId("codes")))).toEqual([]);
});

test.each(holders)("the code at %s of %s cannot be an asset by name", (pointer, _name, jobWith) => {
  for (const code of ["azureml:c:1", "azureml:c@latest", "azureml:", armId("components")])
    expect(problems(jobWith(code)), code).toEqual([`invalid_reference ${pointer}`]);
});

test.each(holders)("the code at %s of %s can be from a registry only in a component", (pointer, name, jobWith) => {
  expect(problems(jobWith("azureml://registries/r/codes/c/versions/1"))).toEqual(
    isJob(name) ? [`invalid_reference ${pointer}`] : [],
  );
});

test.each(holders)("the code at %s of %s can be at a URL unless it is a component's", (pointer, name, jobWith) => {
  const isAccepted = isJob(name) || name === "a parallel node";
  expect(problems(jobWith("https://example.com/code"))).toEqual(isAccepted ? [] : [`invalid_reference ${pointer}`]);
});

test.each(holders)("the code at %s of %s cannot be a git URL", (pointer, _name, jobWith) => {
  expect(problems(jobWith("git+https://example.com/a"))).toEqual([`incomplete ${pointer}`]);
});
