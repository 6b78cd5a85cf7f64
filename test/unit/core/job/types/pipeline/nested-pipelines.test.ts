// biome-ignore-all lint/suspicious/noTemplateCurlyInString: bindings of Azure ML have this form
import { describe, expect, test } from "vitest";
import { loadJob } from "../../../../../../shared/core/job/load-job.ts";
import { bundle } from "../../bundle.ts";
import { problems } from "../../mistakes.ts";

const job = `type: pipeline
settings: {default_compute: azureml:cpu}
inputs: {raw: {type: uri_folder, path: azureml:d:1}}
jobs:
  all:
    type: pipeline
    component: ./inner/inner.yml
    inputs: {raw: "\${{parent.inputs.raw}}"}
`;
const inner = `type: pipeline
inputs: {raw: {type: uri_folder}}
outputs: {best: {type: uri_folder}}
jobs:
`;
const node = `  train:
    component: ./train.yml
    inputs: {data: "\${{parent.inputs.raw}}"}
`;
const train = `type: command
command: echo \${{inputs.data}} > \${{outputs.model}}
environment: azureml:e:1
inputs: {data: {type: uri_folder}}
outputs: {model: {type: uri_folder}}
`;
const spark = `  sp:
    type: spark
    code: .
    entry: {file: main.py}
    resources: {instance_type: standard_e4s_v3, runtime_version: "3.4"}
    conf:
      {spark.driver.cores: 1, spark.driver.memory: 2g, spark.executor.cores: 2, spark.executor.memory: 2g,
       spark.executor.instances: 2}
`;

/** A node that reads `from`, with the component `train`, or inline. */
const reader = (from: string) => `  read:\n    component: ./train.yml\n    inputs: {data: "\${{${from}}}"}\n`;
const inline = (from: string) => `  read: {command: ls, environment: "azureml:e:1", inputs: {m: "\${{${from}}}"}}\n`;

interface Changed {
  readonly job?: string;
  readonly nodes?: string;
  readonly train?: string;
  readonly files?: Readonly<Record<string, string>>;
}

function problemsOf(changed: Changed): readonly string[] {
  const files = {
    "inner/inner.yml": inner + (changed.nodes ?? node),
    "inner/train.yml": changed.train ?? train,
    ...changed.files,
  };
  return problems(loadJob(changed.job ?? job, { files: bundle(files) })).map(
    ({ code, file = "job", pointer, suggestion }) =>
      [code, file, pointer, ...(suggestion === undefined ? [] : [JSON.stringify(suggestion)])].join(" "),
  );
}

const inInner = "inner/inner.yml /jobs";
const inTrain = "inner/train.yml";
const conda = train.replace("azureml:e:1", "{image: x, conda_file: ./conda.yml}");

const cases: readonly (readonly [string, Changed, string | undefined])[] = [
  ["nothing in a valid pipeline", {}, undefined],
  ["a missing code folder", { train: `${train}code: ./src\n` }, `file_not_found ${inTrain} /code`],
  ["a missing conda file", { train: conda }, `file_not_found ${inTrain} /environment/conda_file`],
  ["a broken conda file", { train: conda, files: { "inner/conda.yml": "a: [" } }, "invalid_syntax inner/conda.yml "],
  ["a missing entry of spark", { nodes: spark }, `file_not_found ${inInner}/sp/entry/file`],
  [
    "a missing input of an inner component",
    { nodes: "  train: {component: ./train.yml}\n" },
    `incomplete ${inInner}/train/inputs/data`,
  ],
  ["a missing environment", { nodes: "  a: {command: ls}\n" }, `incomplete ${inInner}/a/environment`],
  [
    "a missing compute",
    { job: job.replace("settings: {default_compute: azureml:cpu}\n", "") },
    `incomplete ${inInner}/train/compute`,
  ],
  [
    "an input name that is not valid",
    { train: train.replace("{data", "{a-b: {type: string, default: x}, data") },
    `wrong_key ${inTrain} /inputs/a-b`,
  ],
  [
    "an undeclared input of a command",
    { train: train.replace("inputs.data", "inputs.dta") },
    `unknown_input ${inTrain} /command ` +
      '[{"op":"replace","path":"/command","value":"echo ${{inputs.data}} > ${{outputs.model}}"}]',
  ],
  [
    "a binding to an undeclared input",
    { nodes: reader("parent.inputs.rwa") },
    `unknown_binding ${inInner}/read/inputs/data ` +
      '[{"op":"replace","path":"/jobs/read/inputs/data","value":"${{parent.inputs.raw}}"}]',
  ],
  [
    "a binding to an unknown node",
    { nodes: node + reader("parent.jobs.nix.outputs.model") },
    `unknown_binding ${inInner}/read/inputs/data`,
  ],
  [
    "a binding to a misspelt output of a node",
    { nodes: node + reader("parent.jobs.train.outputs.modl") },
    `unknown_binding ${inInner}/read/inputs/data ` +
      '[{"op":"replace","path":"/jobs/read/inputs/data","value":"${{parent.jobs.train.outputs.model}}"}]',
  ],
  [
    "a binding without the word jobs",
    { nodes: node + reader("parent.train.outputs.model") },
    `unknown_binding ${inInner}/read/inputs/data ` +
      '[{"op":"replace","path":"/jobs/read/inputs/data","value":"${{parent.jobs.train.outputs.model}}"}]',
  ],
  [
    "a misspelt input of a node",
    { nodes: node.replace("{data", "{dta") },
    `wrong_key ${inInner}/train/inputs/dta ` +
      '[{"op":"move","from":"/jobs/train/inputs/dta","path":"/jobs/train/inputs/data"}]',
  ],
];

describe("a pipeline in a file", () => {
  test.each(cases)("has the problem: %s", (_name, changed, expected) => {
    expect(problemsOf(changed)).toEqual(expected === undefined ? [] : [expected]);
  });

  test("has the problems of a pipeline that it refers to", () => {
    const middle = `${inner}  mid: {type: pipeline, component: ./deep.yml, inputs: {raw: "\${{parent.inputs.raw}}"}}\n`;
    const deep = inner + node.replace("inputs.raw", "inputs.zz");
    expect(problemsOf({ files: { "inner/inner.yml": middle, "inner/deep.yml": deep } })).toEqual([
      "unknown_binding inner/deep.yml /jobs/train/inputs/data",
    ]);
  });
});

describe("a node bound to a pipeline in a file", () => {
  const trainInRoot = { "train.yml": train };

  test.each([
    [reader("parent.jobs.all.outputs.best"), []],
    [inline("parent.jobs.all.outputs.best"), []],
    [reader("parent.jobs.all.outputs.zz"), ["unknown_binding job /jobs/read/inputs/data"]],
    [inline("parent.jobs.all.outputs.zz"), ["unknown_binding job /jobs/read/inputs/m"]],
    [
      inline("parent.jobs.all.outputs.bst"),
      [
        "unknown_binding job /jobs/read/inputs/m " +
          '[{"op":"replace","path":"/jobs/read/inputs/m","value":"${{parent.jobs.all.outputs.best}}"}]',
      ],
    ],
    [
      reader("parent.jobs.al.inputs.raw"),
      [
        "unknown_binding job /jobs/read/inputs/data " +
          '[{"op":"replace","path":"/jobs/read/inputs/data","value":"${{parent.jobs.all.inputs.raw}}"}]',
      ],
    ],
  ])("must name a declared input or output: %s", (nodes, expected) => {
    expect(problemsOf({ job: job + nodes, files: trainInRoot })).toEqual(expected);
  });
});

describe("a sweep node", () => {
  const sweep = (name: string, command: string) => `type: pipeline
settings: {default_compute: azureml:cpu}
jobs:
  tune:
    type: sweep
    trial: {command: "${command}", environment: "azureml:e:1", inputs: {rate: {type: number}}}
    search_space: {${name}: {type: choice, values: [1]}}
    objective: {goal: maximize, primary_metric: acc}
    limits: {max_total_trials: 2}
`;

  test("must not use the search space in its command, which is that of a component", () => {
    expect(problemsOf({ job: sweep("rate", "echo ${{search_space.rate}}") })).toEqual([
      "unknown_binding job /jobs/tune/trial/command " +
        '[{"op":"replace","path":"/jobs/tune/trial/command","value":"echo ${{inputs.rate}}"}]',
    ]);
  });

  test("has a suggestion for a misspelt parameter, in place of the missing input", () => {
    expect(problemsOf({ job: sweep("raet", "echo ${{inputs.rate}}") })).toEqual([
      "wrong_key job /jobs/tune/search_space/raet " +
        '[{"op":"move","from":"/jobs/tune/search_space/raet","path":"/jobs/tune/search_space/rate"}]',
    ]);
  });
});
