import { expect, test } from "vitest";
import { loadJob } from "../../../../../shared/core/job/load-job.ts";
import { bundle } from "../bundle.ts";

const workspace = "/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w";
const pipeline = "type: pipeline\nsettings: {default_compute: azureml:cpu}\n";
const node = (fields: string): string => `${pipeline}jobs:\n  a: {${fields}}\n`;

/** The place and the replacement of each problem; a replacement of undefined stands for no suggestion. */
function replacements(yaml: string, files: Readonly<Record<string, string>> = {}) {
  const { issues, warnings } = loadJob(yaml, { files: bundle(files) });
  return (issues ?? warnings.filter((warning) => warning.blocks_submission)).map(
    ({ pointer, file, suggestion: [patch] = [] }) => [
      file === undefined ? pointer : `${file} ${pointer}`,
      patch !== undefined && "value" in patch ? patch.value : undefined,
    ],
  );
}

const environmentFor = (text: string) => replacements(`command: echo\nenvironment: ${JSON.stringify(text)}\n`);

test.each([
  ["my-env:1", "azureml:my-env:1"],
  ["my-env@latest", "azureml:my-env@latest"],
  ["my-env:latest", "azureml:my-env@latest"],
  ["my-env", "azureml:my-env@latest"],
  ["my-env@1", "azureml:my-env:1"],
  ["AzureML:my-env:1", "azureml:my-env:1"],
  ["AzureML-minimal", "azureml:AzureML-minimal"],
  ["registries/r/environments/e/versions/1", "azureml://registries/r/environments/e/versions/1"],
  ["azureml:registries/r/environments/e/versions/1", "azureml://registries/r/environments/e/versions/1"],
  [`${workspace}/environments/e/versions/1`, `azureml:${workspace}/environments/e/versions/1`],
])("suggests the registered environment for %s", (text, value) => {
  expect(environmentFor(text)).toEqual([["/environment", value]]);
});

test.each([
  "python:3.11",
  "ubuntu",
  "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04",
  "localhost:5000/x",
  "pytorch/pytorch:2.0",
  "pytorch/pytorch@sha256:0123",
])("suggests an environment with the image %s", (image) => {
  expect(environmentFor(image)).toEqual([["/environment", { image }]]);
});

test("suggests the scheme of an environment file", () => {
  expect(environmentFor("./envs/env.yml")).toEqual([["/environment", "file:./envs/env.yml"]]);
});

test.each([
  "",
  "./src",
  "envs/train",
  "a b:1",
  "my-env@prod",
  "https://h/x.yml",
  "https://h/x:1",
  "C:\\x",
  `${workspace}/models/e/versions/1`,
])("suggests nothing for the environment %s", (text) => {
  expect(environmentFor(text)).toEqual([["/environment", undefined]]);
});

test("names the suggested value in the message", () => {
  const messageOf = (text: string) => loadJob(`command: echo\nenvironment: ${text}\n`).issues?.[0]?.message;
  expect(messageOf("e:1")).toMatch(/or an inline environment\. Did you mean "azureml:e:1"\?$/);
  expect(messageOf("python:3.11")).toMatch(/\. Did you mean {image: "python:3.11"}\?$/);
  expect(messageOf("./src")).toMatch(/or an inline environment\.$/);
});

test("suggests the environment in every place that has one", () => {
  const task = "task: {type: run_function, entry_script: a.py, code: ., environment: 'e:1'}";
  expect(replacements(node(`type: parallel, ${task}`))).toEqual([["/jobs/a/task/environment", "azureml:e:1"]]);
  expect(replacements(node("command: echo, environment: 'e:1'"))).toEqual([["/jobs/a/environment", "azureml:e:1"]]);
  expect(replacements("command: echo\nenvironment: {image: i, id: 'e:1'}\n")).toEqual([
    ["/environment/id", "azureml:e:1"],
  ]);
  const file = "type: command\ncommand: echo\nenvironment: python:3.11\n";
  expect(replacements(node("component: ./c.yml"), { "c.yml": file })).toEqual([
    ["c.yml /environment", { image: "python:3.11" }],
  ]);
});

test.each([
  ["{name: my-env, version: '1'}", "azureml:my-env:1"],
  ["{name: my-env, version: 2}", "azureml:my-env:2"],
  ["{name: my-env, version: 1.5}", "azureml:my-env:1.5"],
  ["{name: my-env}", "azureml:my-env@latest"],
  ["{name: my-env, tags: {a: b}}", undefined],
  ["{version: '1'}", undefined],
])("suggests the registered environment for the mapping %s", (environment, value) => {
  expect(replacements(`command: echo\nenvironment: ${environment}\n`)).toEqual([["/environment", value]]);
  const inner = `type: pipeline\njobs:\n  b: {command: echo, environment: ${environment}}\n`;
  expect(replacements(node("type: pipeline, component: ./p.yml"), { "p.yml": inner })).toEqual([
    ["p.yml /jobs/b/environment", value],
  ]);
});

test("suggests nothing in the job for an environment file with a name and a version only", () => {
  const files = { "env.yml": "name: e\nversion: 1\n" };
  expect(replacements("command: echo\nenvironment: file:env.yml\n", files)).toEqual([["/environment", undefined]]);
});

test.each([
  ["prepare:2", "azureml:prepare:2"],
  ["prepare@latest", "azureml:prepare@latest"],
  ["p:2", "azureml:p:2"],
])("suggests the registered component for %s, once", (text, value) => {
  expect(replacements(node(`component: '${text}'`))).toEqual([["/jobs/a/component", value]]);
  expect(replacements(`type: pipeline\ncomponent: '${text}'\n`)).toEqual([["/component", value]]);
  const inner = `type: pipeline\njobs:\n  b: {component: '${text}'}\n`;
  expect(replacements(node("type: pipeline, component: ./p.yml"), { "p.yml": inner })).toEqual([
    ["p.yml /jobs/b/component", value],
  ]);
});

test("reads a component file with a colon in its name, and suggests nothing for a missing file", () => {
  const component = "type: command\ncommand: echo\nenvironment: azureml:e:1\n";
  expect(replacements(node("component: 'prepare:2'"), { "prepare:2": component })).toEqual([]);
  expect(replacements(node("component: 'file:prepare:2'"))).toEqual([["/jobs/a/component", undefined]]);
  expect(replacements(node("component: prepare"))).toEqual([["/jobs/a/component", undefined]]);
});

test.each([
  ["default_compute: cpu", "azureml:cpu"],
  ["default_compute: AzureML:cpu", "azureml:cpu"],
  ["default_compute: serverles", "serverless"],
  ["default_compute: local", undefined],
  ["default_compute: a/b", undefined],
  ["default_datastore: workspaceblobstore", "azureml:workspaceblobstore"],
])("suggests the value of the setting %s", (setting, value) => {
  const jobs = "jobs: {a: {command: echo, environment: 'azureml:e:1', compute: cpu}}\n";
  expect(replacements(`type: pipeline\nsettings: {${setting}}\n${jobs}`)).toEqual([
    [`/settings/${setting.split(":")[0]}`, value],
  ]);
});
