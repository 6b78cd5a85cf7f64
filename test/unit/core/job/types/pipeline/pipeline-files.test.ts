import { expect, test } from "vitest";
import { loadJob } from "../../../../../../shared/core/job/load-job.ts";
import { bundle } from "../../bundle.ts";
import { pipelineHead } from "./load-pipeline.ts";

const nodes = "{a: {command: echo, environment: 'azureml:e:1'}}";
const typed = "jobs: {n: {type: pipeline, component: p.yml}}\n";
const untyped = "jobs: {n: {component: p.yml}}\n";
const whole = "component: p.yml\n";

function loadWith(job: string, file: string) {
  return loadJob(pipelineHead + job, { files: bundle({ "p.yml": file }) });
}

test.each([
  ["in a pipeline node", typed],
  ["in a node without a type", untyped],
  ["in a job", whole],
])("a pipeline file %s may omit its type, which may be in upper case", (_, job) => {
  for (const type of ["", "type: Pipeline\n"]) {
    const { job: read, warnings } = loadWith(job, `${type}jobs: ${nodes}\n`);
    expect(warnings).toEqual([]);
    expect(read?.toYaml()).toContain(job === whole ? "command: echo" : "type: pipeline");
  }
});

test("a component file without a type that has a command is a command component", () => {
  const { job } = loadWith(untyped, "command: echo\nenvironment: azureml:e:1\njobs: {}\n");
  expect(job?.toYaml()).toContain("type: command");
});

test.each([
  ["{}", "", undefined],
  ["jobs: {}", "", undefined],
  ["type: pipeline\ninputs: {i: {type: string, optional: true}}", "", undefined],
  [`steps: ${nodes}`, "/steps", [{ op: "move", from: "/steps", path: "/jobs" }]],
  [`job: ${nodes}`, "/job", [{ op: "move", from: "/job", path: "/jobs" }]],
])("a pipeline file without nodes prevents the submission of a job around it: %s", (file, pointer, suggestion) => {
  const { warnings } = loadWith(typed, `${file}\n`);
  const [first, ...others] = warnings;
  expect(others).toEqual([]);
  expect(first).toMatchObject({ blocks_submission: true });
  expect(first?.pointer).toBe(pointer === "" ? "/jobs/n/component" : pointer);
  expect(first?.suggestion).toEqual(suggestion);
});

test("a pipeline file without nodes that is the component of a job is a warning", () => {
  const { warnings } = loadWith(whole, "type: pipeline\n");
  expect(warnings).toMatchObject([
    {
      code: "incomplete",
      message: "component has no nodes; a pipeline needs at least one, in jobs.",
      blocks_submission: false,
    },
  ]);
});

test("the order of nested pipelines does not hide a binding to a missing output of a command", () => {
  const files = {
    "outer.yml": `type: pipeline\njobs:\n  x: {type: pipeline, component: p.yml}
  b: {command: echo, environment: 'azureml:e:1'}
  c: {command: echo, environment: 'azureml:e:1', inputs: {i: '\${{parent.jobs.b.outputs.none}}'}}\n`,
    "p.yml": `type: pipeline\njobs: ${nodes}\n`,
  };
  const { issues } = loadJob(`${pipelineHead}jobs: {n: {type: pipeline, component: outer.yml}}\n`, {
    files: bundle(files),
  });
  expect(issues).toMatchObject([{ code: "unknown_binding", file: "outer.yml", pointer: "/jobs/c/inputs/i" }]);
});

test.each(["inputs", "outputs"])("the %s of a job with a pipeline file must be a mapping", (field) => {
  const { issues } = loadWith(`${whole}${field}: [1]\n`, `jobs: ${nodes}\n`);
  expect(issues).toMatchObject([{ code: "wrong_type", pointer: `/${field}` }]);
});

test("nodes can be bound to inputs of a pipeline file that the job does not set", () => {
  const reader = (name: string) =>
    `{command: 'echo \${{inputs.i}}', environment: 'azureml:e:1', inputs: {i: '\${{parent.inputs.${name}}}'}}`;
  const inputs = "inputs: {opt: {type: string, optional: true}, raw: {type: uri_folder}}\n";
  const { job, warnings } = loadWith(whole, `${inputs}jobs: {a: ${reader("opt")}, b: ${reader("raw")}}\n`);
  expect(warnings).toMatchObject([
    { code: "incomplete", pointer: "/inputs/raw" },
    { code: "conflict", pointer: "/inputs/opt", file: "p.yml" },
  ]);
  expect(job?.toYaml()).toMatch(/i:\s+type: string[\s\S]*i:\s+type: uri_folder/);
  expect(loadWith(whole, `${inputs}jobs: {a: ${reader("ops")}}\n`).issues).toMatchObject([{ code: "unknown_binding" }]);
});
