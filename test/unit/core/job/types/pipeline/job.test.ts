import { describe, expect, test } from "vitest";
import { loadJob } from "../../../../../../shared/core/job/load-job.ts";
import { PipelineJob } from "../../../../../../shared/core/job/types/pipeline/job.ts";
import { loadPipeline, pipelineHead } from "./load-pipeline.ts";

describe("a pipeline job", () => {
  test("a pipeline job has the attributes of its YAML, and its dump omits empty values", () => {
    const job = loadPipeline(`${pipelineHead}name: p
inputs: {num: 3, flag: true}
outputs: {o: {type: uri_file}, none: }
tags: {}
identity: {type: user_identity}
jobs:
  a:
    command: echo \${{inputs.num}} > \${{outputs.o}}
    environment: {image: u}
    inputs: {num: '\${{parent.inputs.num}}'}
    outputs: {o: '\${{parent.outputs.o}}'}
`);
    expect(job).toBeInstanceOf(PipelineJob);
    expect([job.type, job.settings, { ...job.inputs }, { ...job.outputs }, job.identity, job.component]).toEqual([
      "pipeline",
      { default_compute: "azureml:cpu" },
      { num: 3, flag: true },
      { o: { type: "uri_file" }, none: null },
      { type: "user_identity" },
      undefined,
    ]);
    expect(Object.keys(job.jobs)).toEqual(["a"]);
    expect(job.toYaml()).toBe(`identity:
  type: user_identity
inputs:
  flag: true
  num: 3
jobs:
  a:
    component:
      command: echo \${{inputs.num}} > \${{outputs.o}}
      environment:
        image: u
        name: CliV2AnonymousEnvironment
        version: f622c8a26a346b3e56c7bfef3dbef3449e1d19af86371153fd5889f4cd0d257d
      inputs:
        num:
          type: integer
      is_deterministic: true
      name: azureml_anonymous
      outputs:
        o:
          type: uri_file
      type: command
      version: '1'
    inputs:
      num:
        path: \${{parent.inputs.num}}
    outputs:
      o: \${{parent.outputs.o}}
    type: command
name: p
outputs:
  none: null
  o:
    type: uri_file
settings:
  default_compute: azureml:cpu
type: pipeline
`);
  });

  test("the dump of an empty pipeline job contains only the type", () => {
    const job = loadPipeline("type: pipeline");
    expect(job.toYaml()).toBe("type: pipeline\n");
    expect([job.jobs, job.inputs, job.outputs, job.settings]).toEqual([{}, {}, {}, undefined]);
  });

  test("a copy of a pipeline job is a PipelineJob", () => {
    const copy = loadPipeline(`${pipelineHead}jobs: {a: {component: 'azureml:c:1'}}`)
      .withFields({ name: "p" })
      .withKnown({ status: "Running" });
    expect(copy).toBeInstanceOf(PipelineJob);
    expect([copy.name, copy.status]).toEqual(["p", "Running"]);
    expect(copy.toYaml()).toContain("status: Running");
  });

  test("maskSecrets of a pipeline job masks secrets in its nodes", () => {
    const job = loadPipeline(
      `${pipelineHead}jobs:\n  a: {command: 'curl https://u:pw@h/', environment: 'azureml:e:1'}`,
    );
    expect(job.maskSecrets().toYaml()).toContain("https://u:***@h/");
  });
});

describe("a warning", () => {
  test.each([
    ["settings: {default_datestore: azureml:d}\njobs: {}", "ignored", "/settings/default_datestore", false],
    ["settings: {zzz: 1}\njobs: {}", "ignored", "/settings/zzz", false],
    ["inputs: {a-b: 1}", "wrong_key", "/inputs/a-b", true],
    [
      "jobs: {a: {type: parallel, component: 'azureml:c:1', resources: {instance_count: 0}}}\ncompute: x",
      "out_of_range",
      "/jobs/a/resources/instance_count",
      true,
    ],
    [
      "jobs: {a: {component: 'azureml:c:1', limits: {timeout: 0}}}\ncompute: x",
      "out_of_range",
      "/jobs/a/limits/timeout",
      true,
    ],
    [
      `jobs: {a: {component: 'azureml:c:1', compute: '\${{parent.inputs.c}}'}}`,
      "unknown_binding",
      "/jobs/a/compute",
      true,
    ],
    [
      [
        "jobs:\n  a:\n    type: sweep\n    trial: azureml:c:1\n    search_space: {}",
        "    objective: {goal: maximize, primary_metric: m}",
        "    limits: {max_total_trials: 1}\ncompute: x",
      ].join("\n"),
      "incomplete",
      "/jobs/a/search_space",
      true,
    ],
  ])("a pipeline with %s loads with the warning %s at %s", (text, code, pointer, blocks) => {
    const { job, warnings } = loadJob(`type: pipeline\n${text}`);
    expect(job).toBeDefined();
    expect(warnings).toEqual([expect.objectContaining({ code, pointer, blocks_submission: blocks })]);
  });

  test("the warning about a misspelt setting suggests the correct one", () => {
    expect(loadJob("type: pipeline\nsettings: {default_datestore: azureml:d}").warnings[0]?.suggestion).toEqual([
      { op: "move", from: "/settings/default_datestore", path: "/settings/default_datastore" },
    ]);
  });
});
