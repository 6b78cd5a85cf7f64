import { describe, expect, test } from "vitest";
import { loadJob } from "../../../../../../../shared/core/job/load-job.ts";
import { loadPipeline, pipelineHead } from "../load-pipeline.ts";

describe("component ports", () => {
  const component = (ports: string): string =>
    `${pipelineHead}jobs:\n  a: {component: {command: x, environment: 'azureml:e:1', ${ports}}}`;
  test.each([
    ["inputs: {a: {type: integer, default: 5.7}}", "default: '5'"],
    ["inputs: {a: {type: integer, default: '10.0'}}", "default: '10'"],
    ["inputs: {a: {type: integer, default: 9007199254740993}}", "default: '9007199254740992'"],
    ["inputs: {a: {type: number, default: 1e-3}}", "default: '0.001'"],
    ["inputs: {a: {type: boolean, default: 'TRUE'}}", "default: 'True'"],
    ["inputs: {a: {type: boolean, default: false}}", "default: 'False'"],
    ["inputs: {a: {type: string, default: 5}}", "default: '5.0'"],
    ["inputs: {a: {type: string, default: true}}", "default: 'True'"],
    ["inputs: {a: {type: number, min: 1, max: '2'}}", "max: '2.0'"],
  ])("a component with %s is printed with %s", (ports, text) => {
    expect(loadPipeline(component(ports)).toYaml()).toContain(text);
  });

  test.each([
    ["inputs: {a: {type: integer, default: x}}", "wrong_type", "/jobs/a/component/inputs/a/default"],
    ["inputs: {a: {type: integer, default: ''}}", "wrong_type", "/jobs/a/component/inputs/a/default"],
    ["inputs: {a: {type: integer, default: [1]}}", "wrong_type", "/jobs/a/component/inputs/a/default"],
    ["inputs: {a: {type: boolean, default: 1}}", "wrong_type", "/jobs/a/component/inputs/a/default"],
    ["inputs: {a: {type: string, min: 1}}", "conflict", "/jobs/a/component/inputs/a/min"],
    ["inputs: {a: {type: uri_folder, default: x}}", "unknown_field", "/jobs/a/component/inputs/a/default"],
    ["inputs: {a: {type: csv}}", "not_allowed", "/jobs/a/component/inputs/a/type"],
    ["inputs: {a: 5}", "wrong_type", "/jobs/a/component/inputs/a"],
    ["outputs: {a: {}}", "missing_field", "/jobs/a/component/outputs/a/type"],
  ])("a component with %s is rejected with %s at %s", (ports, code, pointer) => {
    expect(loadJob(component(ports)).issues).toEqual([expect.objectContaining({ code, pointer })]);
  });
});
