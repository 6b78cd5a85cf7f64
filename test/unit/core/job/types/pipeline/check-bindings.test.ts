import { describe, expect, test } from "vitest";
import { loadJob } from "../../../../../../shared/core/job/load-job.ts";
import { loadPipeline, pipelineHead } from "./load-pipeline.ts";

describe("bindings", () => {
  const two = (second: string): string => `${pipelineHead}jobs:
  a:
    command: echo > \${{outputs.o}}
    environment: azureml:e:1
    inputs: {i: '${second}'}
    outputs: {o: {type: mltable}}
  b:
    command: echo > \${{outputs.o}}
    environment: azureml:e:1
    inputs: {i: '\${{parent.jobs.a.outputs.o}}'}
    outputs: {o: {type: uri_file}}
`;

  test("a bound input has the type of its target", () => {
    const yaml = loadPipeline(two(`\${{parent.jobs.b.outputs.o}}`)).toYaml();
    expect(yaml.match(/inputs:\n {8}i:\n {10}type: (\w+)/g)).toEqual([
      "inputs:\n        i:\n          type: uri_file",
      "inputs:\n        i:\n          type: mltable",
    ]);
  });

  test("nodes that are bound to each other cause a warning about a cycle", () => {
    const { warnings } = loadJob(two(`\${{parent.jobs.b.outputs.o}}`));
    expect(warnings).toEqual([
      expect.objectContaining({
        code: "cycle",
        pointer: "/jobs/a",
        message: "jobs.a depends on itself: a -> b -> a.",
        blocks_submission: true,
      }),
    ]);
  });

  test("a binding to a bound port has the type of the final target", () => {
    const text = `${pipelineHead}inputs:
  t: {type: mltable, path: 'azureml:d:1', mode: eval_mount}
  s: text
  b: true
  f: 1.5
outputs: {m: {type: triton_model}}
jobs:
  a: {component: 'azureml:c:1', outputs: {x: '\${{parent.outputs.m}}', y: {type: uri_file}, z: }}
  b:
    command: x
    environment: azureml:e:1
    inputs:
      x: '\${{parent.jobs.a.outputs.x}}'
      y: '\${{parent.jobs.a.outputs.y}}'
      z: '\${{parent.jobs.a.outputs.z}}'
      t: '\${{parent.inputs.t}}'
      s: '\${{parent.inputs.s}}'
      b: '\${{parent.inputs.b}}'
      f: '\${{parent.inputs.f}}'
`;
    const document = loadPipeline(text).toObject() as { jobs: { b: { component: { inputs: unknown } } } };
    expect(JSON.parse(JSON.stringify(document.jobs.b.component.inputs))).toEqual({
      x: { type: "triton_model" },
      y: { type: "uri_file" },
      z: { type: "uri_folder" },
      t: { type: "mltable", mode: "eval_mount" },
      s: { type: "string" },
      b: { type: "boolean" },
      f: { type: "number" },
    });
  });

  test.each([
    ["a registered component", "component: 'azureml:c:1', outputs: {model: {type: uri_file}}", "moddel", "model"],
    ["a registered component without outputs", "component: 'azureml:c:1'", "model", undefined],
    ["a command without an environment", "command: x, outputs: {model: {type: uri_file}}", "moddel", "model"],
    ["a command", "command: x, environment: 'azureml:e:1', outputs: {model: {type: uri_file}}", "moddel", "model"],
  ])("an inline command cannot be bound to a missing output of %s above it", (_, node, name, guess) => {
    const text = `${pipelineHead}jobs:
  a: {${node}}
  b: {command: x, environment: 'azureml:e:1', inputs: {i: '\${{parent.jobs.a.outputs.${name}}}'}}
`;
    const { issues = [] } = loadJob(text);
    expect(issues).toMatchObject([{ code: "unknown_binding", pointer: "/jobs/b/inputs/i" }]);
    expect(issues[0]?.message).toContain(`is bound to outputs ${name} of node a, which that node does not have`);
    const value = `\${{parent.jobs.a.outputs.${guess}}}`;
    expect(issues[0]?.suggestion).toEqual(
      guess === undefined ? undefined : [{ op: "replace", path: "/jobs/b/inputs/i", value }],
    );
  });

  test("an inline command can be bound to any output of an inline command below it, as in the SDK", () => {
    const text = `${pipelineHead}jobs:
  a: {command: x, environment: 'azureml:e:1', inputs: {i: '\${{parent.jobs.b.outputs.none}}'}}
  b: {command: x, environment: 'azureml:e:1'}
`;
    expect(loadJob(text).warnings).toMatchObject([{ code: "unknown_binding", blocks_submission: true }]);
  });

  test("a missing output of a node that declares none has no suggestion", () => {
    const text = `${pipelineHead}jobs:
  a: {component: {command: x, environment: 'azureml:e:1'}}
  b: {component: 'azureml:c:1', inputs: {i: '\${{parent.jobs.a.outputs.none}}'}}
`;
    expect(loadJob(text).warnings.map(({ suggestion }) => suggestion)).toEqual([undefined]);
  });

  test("a binding in the old form causes a warning that suggests the new form", () => {
    const { warnings } = loadJob(
      `${pipelineHead}inputs: {x: 1}\njobs:\n  a: {component: 'azureml:c:1', inputs: {x: '\${{inputs.x}}'}}`,
    );
    expect(warnings).toEqual([
      expect.objectContaining({
        code: "unknown_binding",
        pointer: "/jobs/a/inputs/x",
        suggestion: [{ op: "replace", path: "/jobs/a/inputs/x", value: `\${{parent.inputs.x}}` }],
      }),
    ]);
  });

  test("a binding may refer to an input in a group", () => {
    expect(
      loadJob(
        `${pipelineHead}inputs: {g.x: 1}
jobs:
  a:
    component: azureml:c:1
    inputs: {x: '\${{parent.inputs.g.x}}', y: '\${{parent.other}}'}`,
      ).warnings,
    ).toEqual([]);
  });

  test("a chain of 500 nodes is not a cycle", () => {
    const nodes = Array.from(
      { length: 500 },
      (_, at) => `  n${at}: {component: 'azureml:c:1', inputs: {x: '\${{parent.jobs.n${at + 1}.outputs.o}}'}}`,
    );
    expect(loadJob(`${pipelineHead}jobs:\n${nodes.join("\n")}\n  n500: {component: 'azureml:c:1'}`).warnings).toEqual(
      [],
    );
  });
});
