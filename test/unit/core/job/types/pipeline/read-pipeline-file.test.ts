import { expect, test } from "vitest";
import { readPipelineFile } from "../../../../../../shared/core/job/types/pipeline/read-pipeline-file.ts";

function filesOf(files: Readonly<Record<string, string>>) {
  return {
    kind: (path: string) => (Object.hasOwn(files, path) ? ("file" as const) : ("folder" as const)),
    read: (path: string) => (Object.hasOwn(files, path) ? Buffer.from(files[path] ?? "") : undefined),
  };
}

const step = `type: command\ncommand: echo \${{inputs.n}}\ncode: ./src\nenvironment: azureml:e:1\ninputs: {n: {type: integer}}\n`;
const inner = `type: pipeline
inputs: {n: {type: integer}, d: {type: uri_file}}
jobs:
  a: {type: command, component: ./step.yml, inputs: {n: '\${{parent.inputs.n}}'}}
  b: {type: command, component: 'file:./step.yml', inputs: {n: 2}}
  c: {command: 'cat \${{inputs.d}}', code: ../other, environment: azureml:e:1, inputs: {d: '\${{parent.inputs.d}}'}}
`;

test("a pipeline in a file has all of its components, whose paths start at the folder of the job", () => {
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

test("data of its own is named from the folder of the job", () => {
  const files = filesOf({
    "parts/inner.yml": `type: pipeline
jobs:
  a: {command: 'cat \${{inputs.d}}', environment: azureml:e:1, inputs: {d: {type: uri_file, path: 'file:../data/x.csv'}, e: {path: azureml:e:1}, n: 3}}
  b: {type: automl, task: regression, target_column_name: y, training_data: {type: mltable, path: .}, test_data: '\${{parent.inputs.t}}'}
`,
  });
  const { jobs } = readPipelineFile("parts/inner.yml", files, "").pipeline;
  expect(jobs).toMatchObject({
    a: { inputs: { d: { path: "data/x.csv" }, e: { path: "azureml:e:1" }, n: 3 } },
    b: { training_data: { path: "parts" } },
  });
});

test("a pipeline in a file beside the job keeps its paths, and may have no nodes", () => {
  const { pipeline, fromFiles } = readPipelineFile(
    "inner.yml",
    filesOf({ "inner.yml": "type: pipeline\ndisplay_name: none\n" }),
    "",
  );
  expect(pipeline).toMatchObject({ type: "pipeline", display_name: "none", jobs: {} });
  expect(fromFiles.size).toBe(0);
});

test("a file that is not there any more, or holds something else, is an error that names it", () => {
  expect(() => readPipelineFile("./gone.yml", filesOf({}), "")).toThrow('The pipeline "./gone.yml" cannot be read');
  expect(() => readPipelineFile("../gone.yml", filesOf({}), "")).toThrow('The pipeline "../gone.yml" cannot be read');
  expect(() => readPipelineFile("./a.yml", filesOf({ "a.yml": "type: command\ncommand: echo" }), "")).toThrow(
    "cannot be read",
  );
});
