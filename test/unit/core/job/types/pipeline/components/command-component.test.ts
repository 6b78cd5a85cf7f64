import { expect, test } from "vitest";
import { loadJob } from "../../../../../../../shared/core/job/load-job.ts";
import { bundle } from "../../../bundle.ts";
import { pipelineHead } from "../load-pipeline.ts";

const component = "type: command\ncommand: echo hi\nenvironment: azureml:e:1\n";
const loadComponent = (line: string) =>
  loadJob(`${pipelineHead}jobs: {a: {type: command, component: c.yml}}\n`, {
    files: bundle({ "c.yml": `${component}${line}\n` }),
  });

test.each([
  ["properties: {a: null}", "null_not_allowed", "/properties/a"],
  ["environment_variables: [A=1]", "wrong_type", "/environment_variables"],
  ["environment_variables: null", "null_not_allowed", "/environment_variables"],
  ["queue_settings: {priority: urgent}", "not_allowed", "/queue_settings/priority"],
  ["queue_settings: {tier: spot}", "unknown_field", "/queue_settings/tier"],
  ["queue_settings: [a]", "wrong_type", "/queue_settings"],
])("a command component has the types of the SDK's schema: %s", (line, code, pointer) => {
  expect(loadComponent(line).issues).toMatchObject([{ file: "c.yml", code, pointer }]);
});

test("the null properties of a spark component are rejected", () => {
  const spark = "type: spark\nentry: {file: main.py}\nproperties: {a: null}\n";
  const { issues } = loadJob(`${pipelineHead}jobs: {a: {type: spark, component: c.yml}}\n`, {
    files: bundle({ "c.yml": spark, "main.py": "" }),
  });
  expect(issues).toMatchObject([{ code: "null_not_allowed", pointer: "/properties/a" }]);
});

test("environment variables of a component may be a mapping with values of any type", () => {
  const { job, warnings } = loadComponent("environment_variables: {A: 1, B: null, C: 2024-01-01}");
  expect(warnings).toEqual([]);
  expect(job?.toYaml()).toContain("A: 1");
});

test("queue settings in a component file prevent the submission", () => {
  const { warnings } = loadComponent("queue_settings: {job_tier: Spot}");
  expect(warnings).toMatchObject([
    {
      code: "incomplete",
      file: "c.yml",
      pointer: "/queue_settings",
      message:
        "jobs.a.component.queue_settings is in a component, where the SDK accepts it but cannot send it. " +
        "Set it on the node instead.",
      blocks_submission: true,
    },
  ]);
  expect(warnings[0]?.suggestion).toBeUndefined();
});

test.each(["component", "trial"])("queue settings in an inline %s are suggested to be moved to the node", (field) => {
  const inline = "{command: echo hi, environment: 'azureml:e:1', queue_settings: {job_tier: spot}}";
  const sweep =
    "type: sweep, search_space: {x: {type: choice, values: [1]}}, limits: {max_total_trials: 1}, " +
    "objective: {goal: maximize, primary_metric: acc}, ";
  const { warnings } = loadJob(`${pipelineHead}jobs: {a: {${field === "trial" ? sweep : ""}${field}: ${inline}}}\n`);
  expect(warnings.find(({ code }) => code === "incomplete")?.suggestion).toEqual([
    { op: "move", from: `/jobs/a/${field}/queue_settings`, path: "/jobs/a/queue_settings" },
  ]);
});
