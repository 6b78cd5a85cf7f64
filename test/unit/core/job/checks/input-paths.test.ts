import { describe, expect, test } from "vitest";
import type { Warning } from "../../../../../shared/core/issues.ts";
import { loadJob } from "../../../../../shared/core/job/load-job.ts";
import { applyPatch } from "../../../../support/apply-patch.ts";
import { bundle } from "../bundle.ts";

const inner = `type: pipeline
inputs: {d: {type: uri_folder}}
jobs: {b: {command: 'ls \${{inputs.d}}', environment: 'azureml:e:1', inputs: {d: '\${{parent.inputs.d}}'}}}
`;
const files = bundle({
  "part.yml": `type: command\ncommand: ls \${{inputs.d}}\nenvironment: azureml:e:1\ninputs: {d: {type: uri_folder}}\n`,
  "sub/inner.yml": inner,
  "sub/own.txt": "x",
  "data/train.csv": "x",
  "data/a@b.csv": "x",
  "data/a:b.csv": "x",
});

const pipelineOf = (node: object): object => ({
  type: "pipeline",
  settings: { default_compute: "azureml:cpu" },
  jobs: { a: node },
});
const asInput = (path: string) => ({ inputs: { d: { type: "uri_folder", path } } });
const command = { command: "ls", environment: "azureml:e:1" };

/** Jobs with a path of data, by the place of the path. */
const places: Readonly<Record<string, (path: string) => object>> = {
  "/inputs/d/path": (path) => ({ ...command, ...asInput(path) }),
  "/jobs/a/inputs/d/path": (path) => pipelineOf({ ...command, ...asInput(path) }),
  "/jobs/a/inputs/d": (path) => pipelineOf({ type: "command", component: "./part.yml", inputs: { d: path } }),
  "/jobs/a/training_data/path": (path) =>
    pipelineOf({
      type: "automl",
      task: "regression",
      target_column_name: "y",
      training_data: { type: "mltable", path },
    }),
};
const otherPlaces: typeof places = {
  "/jobs/a/inputs/d/path": (path) => pipelineOf({ type: "command", component: "azureml:c:1", ...asInput(path) }),
  "/jobs/a/inputs/d": (path) => pipelineOf({ type: "pipeline", component: "./sub/inner.yml", inputs: { d: path } }),
};

function blockers(job: object | string, from = files): readonly Warning[] {
  const { issues, warnings } = loadJob(job, { files: from });
  expect(issues).toBeUndefined();
  return warnings.filter((warning) => warning.blocks_submission);
}

describe.each([...Object.entries(places), ...Object.entries(otherPlaces)])(
  "a path of data at %s",
  (pointer, jobWith) => {
    test.each([
      "azureml:d:1",
      "azureml:d@latest",
      "d:1",
      "data@latest",
      "azureml://datastores/x/paths/y",
      "/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w/data/d/versions/1",
      "https://h/x",
      "./data",
      "data/train.csv",
    ])("may be %s", (path) => {
      expect(blockers(jobWith(path))).toEqual([]);
    });

    test.each([
      ["azureml:", "invalid_reference", undefined],
      ["azureml::1", "invalid_reference", undefined],
      ["azureml:@latest", "invalid_reference", undefined],
      ["azureml:/x", "invalid_reference", undefined],
      ["azureml:d:1@latest", "invalid_reference", undefined],
      ["azureml:/x:1", "invalid_reference", undefined],
      ["runs:/x", "invalid_reference", undefined],
      ["data/a@b.csv", "invalid_reference", undefined],
      ["./data/a:b.csv", "invalid_reference", undefined],
      ["file:///data", "invalid_reference", undefined],
      ["azureml:d", "invalid_reference", "azureml:d@latest"],
      ["azureml:d:", "invalid_reference", "azureml:d@latest"],
      ["azureml:d@", "invalid_reference", "azureml:d@latest"],
      ["AzureML:d:1", "invalid_reference", "azureml:d:1"],
      ["https:/h/x", "invalid_reference", "https://h/x"],
      ["azureml:datastores/x/paths/y", "invalid_reference", "azureml://datastores/x/paths/y"],
      ["file:./data", "invalid_reference", "./data"],
      ["C:\\data", "file_not_found", undefined],
      ["/data", "file_not_found", undefined],
      ["../data", "file_not_found", undefined],
      ["~/data", "file_not_found", undefined],
      ["$HOME/data", "file_not_found", undefined],
      ["./data/trian.csv", "file_not_found", "./data/train.csv"],
      ["./dat", "file_not_found", "./data"],
    ])("blocks the submission if it is %s", (path, code, mended) => {
      const job = jobWith(path);
      const found = blockers(job);
      expect(found.map((each) => [each.code, each.pointer])).toEqual([[code, pointer]]);
      const suggestion = found[0]?.suggestion;
      expect(suggestion === undefined ? undefined : applyPatch(job, suggestion)).toEqual(
        mended === undefined ? undefined : jobWith(mended),
      );
    });
  },
);

test("an input of a job or node without a path blocks the submission", () => {
  const inputs = { d: { type: "uri_folder" } };
  const jobs = [{ ...command, inputs }, pipelineOf({ type: "command", component: "azureml:c:1", inputs })];
  expect(jobs.map((job) => blockers(job).map(({ code, pointer }) => `${code} ${pointer}`))).toEqual([
    ["incomplete /inputs/d/path"],
    ["incomplete /jobs/a/inputs/d/path"],
  ]);
});

test("a local path of a node needs a bundle, as that of a job", () => {
  const found = loadJob(pipelineOf({ ...command, ...asInput("./data") })).warnings;
  expect(found).toMatchObject([{ code: "needs_bundle", pointer: "/jobs/a/inputs/d/path", blocks_submission: true }]);
});

test("a text for a literal input of a node is no path", () => {
  const part = `type: command\ncommand: echo \${{inputs.n}}\nenvironment: azureml:e:1\ninputs: {n: {type: string}}\n`;
  const literal = pipelineOf({ type: "command", component: "./text.yml", inputs: { n: "./none" } });
  expect(blockers(literal, bundle({ "text.yml": part }))).toEqual([]);
  expect(blockers(pipelineOf({ ...command, inputs: { n: "azureml:none" } }))).toEqual([]);
});

test("an undeclared input of a node is ignored, wherever it is", () => {
  const inputs = { d: "./data", extra: { type: "uri_folder", path: "./none" } };
  expect(blockers(pipelineOf({ type: "command", component: "./part.yml", inputs }))).toEqual([]);
});

describe("local data of a node in a component file", () => {
  const nodes = (path: string, text: string) => ({
    "own.yml": "",
    "sub/part.yml": "type: command\ncommand: ls\nenvironment: azureml:e:1\ninputs: {d: {type: uri_folder}}\n",
    "sub/nodes.yml": `type: pipeline
jobs:
  own: {command: ls, environment: 'azureml:e:1', inputs: {d: {type: uri_file, path: '${path}'}}}
  text: {type: command, component: ./part.yml, inputs: {d: '${text}'}}
`,
    "sub/own.txt": "x",
    "up.txt": "x",
  });
  const nested = pipelineOf({ type: "pipeline", component: "./sub/nodes.yml" });
  const whole = { type: "pipeline", settings: { default_compute: "azureml:cpu" }, component: "./sub/nodes.yml" };

  test.each([
    ["a node", nested],
    ["the job", whole],
  ])("is relative to that file if it is the component of %s", (_name, job) => {
    expect(blockers(job, bundle(nodes("own.txt", "./own.txt")))).toEqual([]);
    expect(blockers(job, bundle(nodes("../up.txt", "../up.txt")))).toEqual([]);
  });

  test("is sent with its place in the bundle", () => {
    const { job } = loadJob(whole, { files: bundle(nodes("own.txt", "./own.txt")) });
    expect(job?.fields).toMatchObject({
      jobs: { own: { inputs: { d: { path: "sub/own.txt" } } }, text: { inputs: { d: { path: "sub/own.txt" } } } },
    });
  });

  test("has an issue at its place in that file", () => {
    const found = blockers(nested, bundle(nodes("up.txt", "azureml:d")));
    expect(found).toMatchObject([
      { code: "file_not_found", file: "sub/nodes.yml", line: 3, pointer: "/jobs/own/inputs/d/path" },
      {
        code: "invalid_reference",
        file: "sub/nodes.yml",
        line: 4,
        pointer: "/jobs/text/inputs/d",
        suggestion: [{ op: "replace", path: "/jobs/text/inputs/d", value: "azureml:d@latest" }],
      },
    ]);
  });
});
