import { describe, expect, test } from "vitest";
import { loadJob } from "../../../../../../../shared/core/job/load-job.ts";
import { loadPipeline, pipelineHead } from "../load-pipeline.ts";

describe("a loop", () => {
  test("a loop provides the inputs of its body, and prints its items as JSON", () => {
    const job = loadPipeline(`${pipelineHead}jobs:
  body: {component: {command: x, environment: 'azureml:e:1', inputs: {i: {type: number}}}}
  loop: {type: parallel_for, body: '\${{parent.jobs.body}}', items: {a: {i: 1.0}, b: {i: é}}}
`);
    expect(job.toYaml()).toContain(`items: '{"a": {"i": 1.0}, "b": {"i": "é"}}'`);
    expect(loadJob(job.toYaml()).job?.toYaml()).toBe(job.toYaml());
  });

  test.each([
    ["parallel_for, items: 5", "wrong_type", "/jobs/l/items"],
    ["parallel_for, items: [1]", "wrong_type", "/jobs/l/items/0"],
    ["parallel_for, body: x, items: []", "invalid_reference", "/jobs/l/body"],
    ["parallel_for, body: 5, items: []", "wrong_type", "/jobs/l/body"],
    ["do_while, mapping: {a: [5]}, limits: {max_iteration_count: 1}", "wrong_type", "/jobs/l/mapping/a/0"],
    ["do_while, mapping: {}, limits: {max_iteration_count: 0}", "out_of_range", "/jobs/l/limits/max_iteration_count"],
    ["do_while, mapping: {}, limits: {max_iteration_count: x}", "wrong_type", "/jobs/l/limits/max_iteration_count"],
    ["if_else, condition: true, true_block: 5", "wrong_type", "/jobs/l/true_block"],
    ["if_else, condition: true, true_block: [x]", "invalid_reference", "/jobs/l/true_block/0"],
  ])("the loop {type: %s} is rejected with %s at %s", (fields, code, pointer) => {
    expect(loadJob(`${pipelineHead}jobs:\n  l: {type: ${fields}}`).issues).toEqual([
      expect.objectContaining({ code, pointer }),
    ]);
  });
});
