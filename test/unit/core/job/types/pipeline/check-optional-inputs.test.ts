import { describe, expect, test } from "vitest";
import { loadJob } from "../../../../../../shared/core/job/load-job.ts";
import { bundle } from "../../bundle.ts";

const binding = (name: string): string => `'\${{parent.inputs.${name}}}'`;
const node = (port: string): string =>
  `{type: command, component: {type: command, command: echo, environment: 'azureml:e:1', inputs: {i: {${port}}}}`;
const pipeline = (x: string, port: string): string =>
  `type: pipeline\ninputs: {x: {${x}}}\njobs: {a: ${node(port)}, inputs: {i: ${binding("x")}}}}\n`;

function problems(yaml: string, files: Readonly<Record<string, string>> = {}) {
  const { issues = [], warnings } = loadJob(yaml, { files: bundle(files) });
  return [...issues, ...warnings]
    .filter(({ code }) => code === "conflict")
    .map(({ file, pointer, message }) => [file, pointer, message]);
}

const message = "inputs.x is optional, but input i of node a is required. Make both optional, or none.";

describe("an optional input of a pipeline", () => {
  test("of a file must not be bound to a required input of a node", () => {
    const files = { "p.yml": pipeline("type: uri_folder, optional: true", "type: uri_folder") };
    const yaml = "type: pipeline\njobs: {n: {type: pipeline, component: ./p.yml}}\n";
    expect(problems(yaml, files)).toEqual([["p.yml", "/inputs/x", expect.stringContaining(message)]]);
  });

  test.each([
    ["type: string, optional: true", "type: string, optional: true"],
    ["type: string, default: a", "type: string"],
  ])("is accepted: %s, bound to %s", (x, port) => {
    const files = { "p.yml": pipeline(x, port) };
    expect(problems("type: pipeline\njobs: {n: {type: pipeline, component: ./p.yml}}\n", files)).toEqual([]);
  });
});
