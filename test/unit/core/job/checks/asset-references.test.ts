import { describe, expect, test } from "vitest";
import { loadJob } from "../../../../../shared/core/job/load-job.ts";
import { bundle } from "../bundle.ts";

const workspace = "/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w";
const pipeline = "type: pipeline\nsettings: {default_compute: azureml:cpu}\n";
const node = (fields: string): string => `${pipeline}jobs:\n  a: {${fields}}\n`;
const command = (environment: string): string => `command: echo\nenvironment: ${JSON.stringify(environment)}\n`;

/** Messages, places and replacements of the problems that block the submission of a job. */
function blockers(yaml: string, files: Readonly<Record<string, string>> = {}) {
  const { issues, warnings } = loadJob(yaml, { files: bundle(files) });
  expect(issues).toBeUndefined();
  return warnings
    .filter((warning) => warning.blocks_submission)
    .map(({ code, pointer, file, message, suggestion: [patch] = [] }) => ({
      code,
      place: file === undefined ? pointer : `${file} ${pointer}`,
      message: message.slice(message.indexOf(" ") + 1),
      value: patch !== undefined && "value" in patch ? patch.value : undefined,
    }));
}

const expected = "expected azureml:NAME:VERSION, azureml:NAME@latest or azureml://registries/....";

test.each([
  ["azureml:e", "has no version; write azureml:e:VERSION or azureml:e@latest.", "azureml:e@latest"],
  ["azureml:e:", "has no version; write azureml:e:VERSION or azureml:e@latest.", "azureml:e@latest"],
  ["azureml:e@", "has no version; write azureml:e:VERSION or azureml:e@latest.", "azureml:e@latest"],
  ["azureml:azureml:e", "has no version; write azureml:e:VERSION or azureml:e@latest.", "azureml:e@latest"],
  ["azureml:e@1.2", "has the unknown label 1.2; write azureml:e:VERSION or azureml:e@latest.", "azureml:e:1.2"],
  ["azureml:e@prod", "has the unknown label prod; write azureml:e:VERSION or azureml:e@latest.", undefined],
  ["azureml:e@default", "has the unknown label default; write azureml:e:VERSION or azureml:e@latest.", undefined],
  ["azureml:", "has no name; expected azureml:NAME:VERSION or azureml:NAME@latest.", undefined],
  ["azureml::1", "has no name; expected azureml:NAME:VERSION or azureml:NAME@latest.", undefined],
  ["azureml:@latest", "has no name; expected azureml:NAME:VERSION or azureml:NAME@latest.", undefined],
  ["azureml:/x", `is not a reference to an environment; ${expected}`, undefined],
  ["azureml:/x:1", `is not a reference to an environment; ${expected}`, undefined],
  ["azureml://datastores/x/paths/y", `is not a reference to an environment; ${expected}`, undefined],
  ["azureml://registry/azureml/e", `is not a reference to an environment; ${expected}`, undefined],
  [
    `azureml:${workspace}/components/e/versions/1`,
    `is the id of one of the components, not of an environment; ${expected}`,
    undefined,
  ],
  [
    "azureml:/registries/r/environments/e/versions/1",
    "lacks a slash; write azureml://registries/r/environments/e/versions/1.",
    "azureml://registries/r/environments/e/versions/1",
  ],
  [
    `azureml:${workspace.slice(1)}/environments/e/versions/1`,
    `lacks a slash; write azureml:${workspace}/environments/e/versions/1.`,
    `azureml:${workspace}/environments/e/versions/1`,
  ],
])("the environment %s blocks the submission, with the reason and the replacement", (reference, message, value) => {
  expect(blockers(command(reference))).toEqual([{ code: "invalid_reference", place: "/environment", message, value }]);
});

test.each([
  "azureml:e:1",
  "azureml:e:1:2",
  "azureml:e@latest",
  "azureml:AzureML-minimal",
  "azureml://registries/r/environments/e/versions/1",
  `azureml:${workspace}/environments/e/versions/1`,
])("the environment %s can be submitted", (reference) => {
  expect(blockers(command(reference))).toEqual([]);
});

describe("each place of a reference", () => {
  const task = "task: {type: run_function, entry_script: a.py, code: ., environment: 'azureml:e'}, input_data: x";
  const conf =
    "conf: {spark.driver.cores: 1, spark.driver.memory: 2g, spark.executor.cores: 2, spark.executor.memory: 2g, " +
    "spark.executor.instances: 2}";
  const sparkFields = `code: ., entry: {file: main.py}, ${conf}, environment: 'azureml:e'`;
  const machine = "resources: {instance_type: standard_e4s_v3, runtime_version: '3.4'}";
  const search =
    "search_space: {lr: {type: choice, values: [1]}}, sampling_algorithm: random, limits: {max_total_trials: 1}, " +
    "objective: {goal: maximize, primary_metric: a}";
  const files = {
    "main.py": "",
    "command.yml": "type: command\ncommand: echo\nenvironment: azureml:e\n",
    "inner.yml": "type: pipeline\njobs:\n  b: {component: 'azureml:c'}\n",
    "outer.yml": "type: pipeline\njobs:\n  n: {type: pipeline, component: ./inner.yml}\n",
  };

  test.each([
    [
      "an inline environment with an id",
      "{command: echo, environment: {image: i, id: 'azureml:e'}}",
      "/environment/id",
    ],
    ["a trial", `{type: sweep, trial: {command: echo, environment: 'azureml:e'}, ${search}}`, "/trial/environment"],
    ["a spark job", `{type: spark, ${sparkFields}, ${machine}}`, "/environment"],
    ["a pipeline job", "{type: pipeline, component: 'azureml:c'}", "/component"],
    ["an inline node", node("command: echo, environment: 'azureml:e'"), "/jobs/a/environment"],
    [
      "an inline component",
      node("component: {command: echo, type: command, environment: 'azureml:e'}"),
      "/jobs/a/component/environment",
    ],
    ["a component file", node("component: ./command.yml"), "command.yml /environment"],
    ["a parallel task", node(`type: parallel, ${task}`), "/jobs/a/task/environment"],
    [
      "a spark component",
      node(`type: spark, component: {type: spark, ${sparkFields}}, ${machine}`),
      "/jobs/a/component/environment",
    ],
    ["a registered component", node("component: 'azureml:c'"), "/jobs/a/component"],
    ["a registered trial", node(`type: sweep, trial: 'azureml:c', ${search}`), "/jobs/a/trial"],
    ["a node of a pipeline file", node("type: pipeline, component: ./outer.yml"), "inner.yml /jobs/b/component"],
  ])("is checked: that of %s", (_what, yaml, place) => {
    expect(blockers(yaml, files)).toMatchObject([{ code: "invalid_reference", place }]);
  });

  test("is checked once in a component that may have the label default", () => {
    expect(blockers(node("component: 'azureml:c@default'"))).toEqual([]);
    expect(blockers(node("component: 'azureml:AzureML-c'"))).toMatchObject([{ value: "azureml:AzureML-c@latest" }]);
  });

  test("is not checked beside a component, because the environment is not sent", () => {
    expect(blockers(node("component: 'azureml:c:1', environment: 'azureml:e'"))).toEqual([]);
  });

  test("is not checked if the id of an inline environment is empty, which counts as none", () => {
    expect(blockers("command: echo\nenvironment: {image: i, id: 'azureml:'}\n")).toEqual([]);
  });
});

test("a default compute or datastore without a name blocks the submission", () => {
  const settings = "settings: {default_compute: 'azureml:', default_datastore: 'azureml:'}\n";
  expect(blockers(`type: pipeline\n${settings}jobs: {a: {command: echo, environment: 'azureml:e:1'}}\n`)).toMatchObject(
    [
      { code: "invalid_reference", place: "/settings/default_compute" },
      { code: "invalid_reference", place: "/settings/default_datastore" },
    ],
  );
});
