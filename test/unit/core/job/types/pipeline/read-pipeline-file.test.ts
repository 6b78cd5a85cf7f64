import { expect, test } from "vitest";
import { readPipelineFile } from "../../../../../../shared/core/job/types/pipeline/read-pipeline-file.ts";

function filesOf(files: Readonly<Record<string, string>>) {
  return {
    kind: (path: string) => (Object.hasOwn(files, path) ? ("file" as const) : ("folder" as const)),
    read: (path: string) => (Object.hasOwn(files, path) ? Buffer.from(files[path] ?? "") : undefined),
  };
}

const step = `type: command
command: echo \${{inputs.n}}
code: ./src
environment: azureml:e:1
inputs: {n: {type: integer}}
`;
const inner = `type: pipeline
inputs: {n: {type: integer}, d: {type: uri_file}}
jobs:
  a: {type: command, component: ./step.yml, inputs: {n: '\${{parent.inputs.n}}'}}
  b: {type: command, component: 'file:./step.yml', inputs: {n: 2}}
  c: {command: 'cat \${{inputs.d}}', code: ../other, environment: azureml:e:1, inputs: {d: '\${{parent.inputs.d}}'}}
`;

test("a pipeline file is read with all of its components, with paths relative to the job", () => {
  const files = filesOf({ "parts/inner.yml": inner, "parts/step.yml": step });
  const { pipeline, fromFiles } = readPipelineFile("../parts/inner.yml", files, "jobs");
  expect(pipeline).toMatchObject({
    inputs: { n: { type: "integer" }, d: { type: "uri_file" } },
    jobs: {
      a: {
        component: { code: "../parts/src", inputs: { n: { type: "integer" } } },
        inputs: { n: { path: `\${{parent.inputs.n}}` } },
      },
      c: { component: { code: "../other", inputs: { d: { type: "uri_file" } } } },
    },
  });
  expect([...fromFiles]).toEqual(["a"]);
});

test("the data paths of a pipeline file become relative to the job", () => {
  const files = filesOf({
    "parts/inner.yml": `type: pipeline
jobs:
  a:
    command: cat \${{inputs.d}}
    environment: azureml:e:1
    inputs: {d: {type: uri_file, path: ../data/x.csv}, e: {path: azureml:e:1}, n: 3}
  b:
    type: automl
    task: regression
    target_column_name: y
    training_data: {type: mltable, path: .}
    test_data: \${{parent.inputs.t}}
`,
  });
  const { jobs } = readPipelineFile("parts/inner.yml", files, "").pipeline;
  expect(jobs).toMatchObject({
    a: { inputs: { d: { path: "data/x.csv" }, e: { path: "azureml:e:1" }, n: 3 } },
    b: { training_data: { path: "parts" } },
  });
});

test("a pipeline file in the folder of the job keeps its paths, and may have no nodes", () => {
  const { pipeline, fromFiles } = readPipelineFile(
    "inner.yml",
    filesOf({ "inner.yml": "type: pipeline\ndisplay_name: none\n" }),
    "",
  );
  expect(pipeline).toMatchObject({ type: "pipeline", display_name: "none", jobs: {} });
  expect(fromFiles.size).toBe(0);
});

test("a missing or changed pipeline file causes an error with its path", () => {
  expect(() => readPipelineFile("./gone.yml", filesOf({}), "")).toThrow('The component "./gone.yml" cannot be read');
  expect(() => readPipelineFile("../gone.yml", filesOf({}), "")).toThrow('The component "../gone.yml" cannot be read');
  expect(() => readPipelineFile("./a.yml", filesOf({ "a.yml": "type: command\ncommand: echo" }), "")).toThrow(
    "cannot be read",
  );
});
