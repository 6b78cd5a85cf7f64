import { describe, expect, test } from "vitest";
import { loadJob } from "../../../../../../shared/core/job/load-job.ts";
import { bundle } from "../../bundle.ts";
import { loadPipeline, pipelineHead } from "./load-pipeline.ts";

const files = bundle({
  "jobs/components/train/train.yml": `type: command
name: train
command: python train.py \${{inputs.data}}
code: ../../src
environment: {image: ubuntu, conda_file: ../conda.yml}
additional_includes: [../shared, 'azureml:x']
inputs:
  data: {type: uri_folder}
  epochs: {type: integer, default: 3}
outputs: {model: {type: mlflow_model}}
`,
  "jobs/components/conda.yml": "dependencies: [python]",
  "jobs/components/build.yml": "type: command\ncommand: x\nenvironment: {build: {path: ./docker}}\n",
  "jobs/components/docker/Dockerfile": "FROM x",
  "jobs/src/train.py": "",
  "jobs/components/wrong.yml": "type: command\n# a comment\ncommand: x\nenvironment:\n  image: u\n  os_type: beos\n",
  "jobs/components/misspelt.yml": "type: command\ncommand: 5\nenvironment: azureml:e:1\n",
  "jobs/components/inner.yml": `type: pipeline
display_name: Inner
description: does it
inputs:
  raw: {type: uri_folder}
  flag: {type: boolean, default: true}
  num: {type: number, default: 1}
  opt: {type: integer, optional: true}
outputs: {model: {type: mlflow_model, mode: upload}, plain: {type: uri_file}}
jobs:
  t:
    component: train/train.yml
    inputs: {data: '\${{parent.inputs.raw}}'}
`,
  "jobs/components/endless.yml": [
    "type: pipeline\njobs:",
    "  a: {type: pipeline, component: endless.yml}",
    "  b: {type: pipeline, component: ./endless.yml}\n",
  ].join("\n"),
  "jobs/components/bad-inner.yml": "type: pipeline\njobs:\n  t:\n    command: 5\n    environment: azureml:e:1\n",
  "jobs/components/list.yml": "- a",
});
const inJobs = { files, folder: "jobs" };

describe("components in files", () => {
  test("a component file replaces its path, and its own paths become relative to the job", () => {
    const job = loadPipeline(
      `${pipelineHead}jobs:
  a:
    component: ./components/train/train.yml
    inputs: {data: {path: azureml:d:1}}
`,
      inJobs,
    );
    const yaml = job.toYaml();
    expect(yaml).toContain("      code: src\n");
    expect(yaml).toContain("        conda_file:\n          dependencies:\n          - python\n");
    expect(yaml).toContain("      additional_includes:\n      - components/shared\n      - azureml:x\n");
    // The dump contains the content of all files except the code.
    const { job: again, warnings } = loadJob(yaml);
    expect(again?.toYaml()).toBe(yaml);
    expect(warnings).toEqual([expect.objectContaining({ code: "needs_bundle", pointer: "/jobs/a/component/code" })]);
  });

  test("a component file without a bundle causes a warning", () => {
    const { job, warnings } = loadJob(`${pipelineHead}component: ./c.yml`);
    expect(job?.toYaml()).toContain("component: ./c.yml\n");
    expect(warnings).toEqual([
      expect.objectContaining({ code: "needs_bundle", pointer: "/component", blocks_submission: true }),
    ]);
    expect(
      loadJob(`${pipelineHead}jobs:\n  a: {component: ./c.yml}\n  s: {type: pipeline, component: file:x.yml}`).warnings,
    ).toMatchObject([
      { code: "needs_bundle", pointer: "/jobs/a/component" },
      { code: "needs_bundle", pointer: "/jobs/s/component" },
    ]);
  });

  test("an issue in a component file has the file and the line in it", () => {
    expect(loadJob(`${pipelineHead}jobs:\n  a:\n    component: components/wrong.yml`, inJobs).issues).toEqual([
      {
        pointer: "/environment/os_type",
        file: "jobs/components/wrong.yml",
        line: 6,
        column: 12,
        code: "not_allowed",
        message: 'jobs.a.component.environment.os_type is "beos"; expected one of linux, windows.',
      },
    ]);
    expect(loadJob(`${pipelineHead}jobs:\n  a:\n    component: components/misspelt.yml`, inJobs).issues).toMatchObject([
      { pointer: "/command", line: 2, file: "jobs/components/misspelt.yml" },
    ]);
  });

  test.each([
    ["none.yml", "file_not_found", "/jobs/a/component"],
    ["../../x.yml", "file_not_found", "/jobs/a/component"],
  ])("the component file %s is rejected with %s at %s", (path, code, pointer) => {
    expect(loadJob(`${pipelineHead}jobs:\n  a:\n    component: ${path}`, inJobs).issues).toEqual([
      expect.objectContaining({ code, pointer, line: 5 }),
    ]);
  });

  test("a component file without a mapping is rejected, and the message contains its path", () => {
    const [issue] = loadJob(`${pipelineHead}jobs:\n  a:\n    component: components/list.yml`, inJobs).issues ?? [];
    expect(issue).toMatchObject({ code: "not_a_mapping", pointer: "", file: "jobs/components/list.yml" });
    expect(issue?.message).toMatch(/^jobs\.a\.component refers to /);
  });

  test("the build context of a component file becomes relative to the job", () => {
    expect(loadPipeline(`${pipelineHead}jobs:\n  a: {component: components/build.yml}`, inJobs).toYaml()).toContain(
      "path: components/docker",
    );
  });

  test("a pipeline component file is not inlined, but checked", () => {
    const job = loadPipeline(
      `${pipelineHead}jobs:
  p:
    component: components/inner.yml
    inputs: {raw: {path: azureml:d:1}, gone: 1}`,
      inJobs,
    );
    expect(job.toYaml()).toContain(
      [
        "  p:\n    component: components/inner.yml\n    inputs:",
        "      raw:\n        path: azureml:d:1\n        type: uri_folder\n    type: pipeline\n",
      ].join("\n"),
    );
    const { issues } = loadJob(
      `${pipelineHead}jobs:\n  p: {type: pipeline, component: components/bad-inner.yml}`,
      inJobs,
    );
    expect(issues).toEqual([
      expect.objectContaining({
        code: "wrong_type",
        pointer: "/jobs/t/command",
        file: "jobs/components/bad-inner.yml",
        line: 4,
      }),
    ]);
  });

  test("a job whose component is a pipeline file has the nodes, defaults and outputs of the file", () => {
    const job = loadPipeline(
      `${pipelineHead}component: components/inner.yml\ninputs: {raw: {path: azureml:d:1}}\ndisplay_name: Mine`,
      inJobs,
    );
    expect(job.component).toBeUndefined();
    expect([job.display_name, job.description]).toEqual(["Mine", "does it"]);
    expect({ ...job.inputs }).toEqual({
      flag: true,
      num: expect.anything(),
      raw: { path: "azureml:d:1", type: "uri_folder" },
    });
    expect(job.toYaml()).toContain("  num: 1.0\n");
    expect({ ...job.outputs }).toEqual({
      model: { type: "mlflow_model", mode: "upload" },
      plain: { type: "uri_file" },
    });
    expect(job.toYaml()).toContain("      code: src\n");
    const { issues } = loadJob(`${pipelineHead}component: components/bad-inner.yml`, inJobs);
    expect(issues).toEqual([
      expect.objectContaining({
        code: "wrong_type",
        pointer: "/jobs/t/command",
        file: "jobs/components/bad-inner.yml",
      }),
    ]);
    expect(loadJob(`${pipelineHead}component: components/list.yml`, inJobs).issues).toMatchObject([
      { code: "not_a_mapping", pointer: "", file: "jobs/components/list.yml" },
    ]);
  });

  test("a component file that refers to itself is rejected", () => {
    const { issues } = loadJob(
      `${pipelineHead}jobs:\n  p: {type: pipeline, component: components/endless.yml}`,
      inJobs,
    );
    expect(issues?.some(({ code }) => code === "too_deep" || code === "too_many_nodes")).toBe(true);
    const deep = loadJob(`${pipelineHead}jobs:\n  p: {type: pipeline, component: components/endless.yml}`, {
      ...inJobs,
      limits: { depth: 1000 },
    });
    expect(deep.issues?.[0]).toMatchObject({
      code: "too_deep",
      message: expect.stringContaining("is nested in 11 pipelines"),
    });
  });

  test("the values of component files are counted as values of the job", () => {
    const many = Array.from(
      { length: 100 },
      (_, at) => `  n${at}: {component: components/train/train.yml, inputs: {data: {path: 'azureml:d:1'}}}`,
    ).join("\n");
    expect(loadJob(`${pipelineHead}jobs:\n${many}`, { ...inJobs, limits: { nodes: 2000 } }).issues).toMatchObject([
      { code: "too_many_nodes" },
    ]);
  });
});
