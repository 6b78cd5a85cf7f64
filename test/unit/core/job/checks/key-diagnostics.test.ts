import { expect, test } from "vitest";
import { loadJob } from "../../../../../shared/core/job/load-job.ts";
import { bundle } from "../bundle.ts";

const component = "type: command\ncommand: echo hi\nenvironment: azureml:e:1\n";
const pipeline = "type: pipeline\nsettings: {default_compute: azureml:cpu}\n";
const command = "command: echo hi\nenvironment: azureml:e:1\ncompute: azureml:cpu\n";

/** Issues and warnings as lines of `CODE FILE POINTER`, with a mark for those that prevent the submission. */
function problems(yaml: string, files: Readonly<Record<string, string>> = {}): readonly string[] {
  const { issues = [], warnings } = loadJob(yaml, { files: bundle(files) });
  return [
    ...issues.map(({ code, file = "job", pointer }) => `${code} ${file} ${pointer}`),
    ...warnings.map(
      (each) => `${each.blocks_submission ? "!" : "?"}${each.code} ${each.file ?? "job"} ${each.pointer}`,
    ),
  ];
}

test.each([
  ["tags: {1: a}", "wrong_key c.yml /tags/1"],
  ["properties: {~: a}", "wrong_key c.yml /properties/~0"],
  ["inputs: {true: {type: string, optional: true}}", "wrong_key c.yml /inputs/true"],
  ["1: a", "wrong_key c.yml /1"],
  ["tags: {<<: {1: a}}", "wrong_key c.yml /tags/<</1"],
  ["environment_variables: {1: a}", "?wrong_key c.yml /environment_variables/1"],
  ["services: {1: a}", "?wrong_key c.yml /services/1"],
  ["services: {2024-01-01: a}", "!wrong_key c.yml /services/2024-01-01"],
  ["tags: {a: b, a: c}", "?duplicate_key c.yml /tags/a"],
])("the keys of a component file are checked where its type has names: %s", (line, problem) => {
  const yaml = `${pipeline}jobs:\n  a: {type: command, component: c.yml}\n  b: {type: command, component: c.yml}\n`;
  expect(problems(yaml, { "c.yml": `${component}${line}\n` })).toEqual([problem]);
});

test.each([
  ["tags: {1: a}", "wrong_key p.yml /tags/1"],
  ["properties: {1: a}", "?wrong_key p.yml /properties/1"],
])("the keys of a pipeline file are checked, except in fields that pipelines do not have: %s", (line, problem) => {
  const files = { "p.yml": `type: pipeline\njobs: {a: {command: echo, environment: 'azureml:e:1'}}\n${line}\n` };
  expect(problems(`${pipeline}jobs: {n: {component: p.yml}}\n`, files)).toEqual([problem]);
  expect(problems(`${pipeline}component: p.yml\n`, files)).toEqual([problem]);
});

test("the keys of nodes in a pipeline file, and of files that these refer to, are checked", () => {
  const files = {
    "p.yml": "type: pipeline\njobs: {a: {type: command, component: c.yml, inputs: {1: a}}}\n",
    "c.yml": `${component}tags: {1: a}\n`,
  };
  expect(problems(`${pipeline}jobs: {n: {type: pipeline, component: p.yml}}\n`, files)).toEqual(
    expect.arrayContaining(["wrong_key p.yml /jobs/a/inputs/1", "wrong_key c.yml /tags/1"]),
  );
});

test("a key that is not text in a trial or a component of an unknown type is reported once", () => {
  const sweep =
    "type: sweep, trial: c.yml, search_space: {x: {type: choice, values: [1]}}, limits: {max_total_trials: 1}, " +
    "objective: {goal: maximize, primary_metric: acc}";
  const files = { "c.yml": `${component}inputs: {x: {type: integer}}\ntags: {1: a}\n` };
  expect(problems(`${pipeline}jobs: {a: {${sweep}}}\n`, files)).toEqual(["wrong_key c.yml /tags/1"]);
  expect(problems(`${pipeline}jobs: {a: {type: spam, component: c.yml}}\n`, files)).toEqual([
    "not_allowed job /jobs/a/type",
    "?wrong_key c.yml /tags/1",
  ]);
});

test.each([
  ["environment: {image: x, conda_file: {2024-01-01: a}}", "?wrong_key job /environment/conda_file/2024-01-01"],
  ["environment: {image: x, conda_file: c.yml}", "?wrong_key c.yml /2024-01-01"],
])("a conda file may have any keys: %s", (line, problem) => {
  const yaml = `command: echo hi\ncompute: azureml:cpu\n${line}\n`;
  expect(problems(yaml, { "c.yml": "2024-01-01: a\n" })).toEqual([problem]);
});

test("the keys of an environment file are checked", () => {
  const files = { "e.yml": "image: x\ntags: {1: a}\n" };
  const yaml = "command: echo hi\nenvironment: file:./e.yml\ncompute: azureml:cpu\n";
  expect(problems(yaml, files)).toEqual(["wrong_key e.yml /tags/1"]);
});

test("a date as the name of an environment variable prevents the submission", () => {
  const { warnings } = loadJob(`${command}environment_variables: {2024-01-01: a}\n`);
  expect(warnings).toMatchObject([
    {
      message: "environment_variables.2024-01-01 is a date, which cannot be sent as a key; quote it.",
      blocks_submission: true,
    },
  ]);
});

test("the keys within the items of a list are checked", () => {
  const target = "type: sweep\ntrial: {command: echo, environment: 'azureml:e:1'}\n";
  const rest =
    "objective: {goal: maximize, primary_metric: acc}\nlimits: {max_total_trials: 1}\ncompute: azureml:cpu\n";
  expect(problems(`${target}search_space: {x: {type: choice, values: [{1: a}]}}\n${rest}`)).toEqual([
    "wrong_key job /search_space/x/values/0/1",
  ]);
});
