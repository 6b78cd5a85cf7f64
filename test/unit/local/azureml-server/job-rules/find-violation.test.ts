// biome-ignore-all lint/suspicious/noTemplateCurlyInString: bindings of Azure ML have this form
import { describe, expect, test } from "vitest";
import { findViolation } from "../../../../../local/azureml-server/job-rules/find-violation.ts";
import { isObject } from "../../../../../local/azureml-server/request-and-reply.ts";

const command = { jobType: "Command", command: "echo", environmentId: "e" };
const spark = { jobType: "Spark", codeId: "c", entry: { file: "a.py" } };
const train = { type: "command", command: "echo", environment: "e", outputs: { model: { type: "uri_folder" } } };
const components: Readonly<Record<string, unknown>> = {
  train,
  bare: { ...train, environment: undefined },
  lost: { ...train, command: "echo ${{inputs.zz}}" },
  needy: { ...train, inputs: { data: { type: "uri_folder" }, n: { optional: "True" }, m: { default: "3" } } },
  nested: { type: "pipeline", jobs: { inner: { componentId: "bare" } } },
};
const pipeline = (node: object, rest: object = { settings: { default_compute: "cpu" } }) => ({
  jobType: "Pipeline",
  jobs: { a: node },
  ...rest,
});

function targetOf(sent: Readonly<Record<string, unknown>>): string | undefined {
  return findViolation(sent, (id) => {
    const found = components[id];
    return isObject(found) ? found : undefined;
  })?.target;
}

describe("a job is refused", () => {
  test.each([
    ["a command without an environment", { ...command, environmentId: null }, "environmentId"],
    ["a component without an environment", pipeline({ componentId: "bare" }), "jobs.a.component.environment"],
    [
      "a component without an environment in a nested pipeline",
      pipeline({ componentId: "nested" }),
      "jobs.a.jobs.inner.component.environment",
    ],
    ["a node without a compute", pipeline({ componentId: "train" }, {}), "jobs.a.computeId"],
    ["a command with an unknown input", { ...command, command: "echo ${{inputs.x}}" }, "command"],
    ["a command with an unknown output", { ...command, command: "echo ${{outputs.x}}" }, "command"],
    ["a command that refers to a pipeline", { ...command, command: "echo ${{parent.inputs.x}}" }, "command"],
    ["Spark arguments with an unknown input", { ...spark, args: "--x ${{inputs.x}}" }, "args"],
    [
      "a trial with an unknown parameter",
      { jobType: "Sweep", trial: { command: "${{search_space.x}}", environmentId: "e" }, searchSpace: { y: [] } },
      "trial.command",
    ],
    ["a component with an unknown input", pipeline({ componentId: "lost" }), "jobs.a.component.command"],
    [
      "a binding to an unknown input of the pipeline",
      pipeline({ componentId: "train", inputs: { x: { value: "${{parent.inputs.x}}" } } }),
      "jobs.a",
    ],
    [
      "a binding to an unknown node",
      pipeline({ componentId: "train", inputs: { x: { value: "${{parent.jobs.b.outputs.o}}" } } }),
      "jobs.a",
    ],
    [
      "a binding to an output that a component lacks",
      pipeline({ componentId: "train", inputs: { x: { value: "${{parent.jobs.a.outputs.o}}" } } }),
      "jobs.a",
    ],
    ["a node without a required input", pipeline({ componentId: "needy" }), "jobs.a.inputs.data"],
    ["an unknown Spark version", { ...spark, resources: { runtimeVersion: "v3.4" } }, "resources.runtimeVersion"],
    ["the latest Spark version", { ...spark, resources: { runtimeVersion: "latest" } }, "resources.runtimeVersion"],
    ["an experiment name with a slash", { ...command, experimentName: "feature/x" }, "experimentName"],
    ["an experiment name of 257 characters", { ...command, experimentName: "x".repeat(257) }, "experimentName"],
  ])("for %s", (_, sent, target) => {
    expect(targetOf(sent)).toBe(target);
  });
});

describe("a job is accepted", () => {
  test.each([
    ["a command without a compute", command],
    ["an optional part of a command", { ...command, command: "echo $[[--x ${{inputs.x}}]]" }],
    [
      "a group of inputs",
      pipeline({ inputs: { x: "${{parent.inputs.g}}" } }, { computeId: "cpu", inputs: { "g.x": {} } }),
    ],
    ["a Spark node with an instance type", pipeline({ type: "spark", resources: { instance_type: "s" } }, {})],
    ["a Spark version with a patch number", { ...spark, resources: { runtimeVersion: "3.4.0" } }],
    ["a node with all required inputs", pipeline({ componentId: "needy", inputs: { data: { uri: "azureml:d:1" } } })],
    [
      "the body of a loop",
      pipeline(
        { componentId: "needy" },
        {
          computeId: "cpu",
          jobs: { a: { componentId: "needy" }, b: { type: "parallel_for", body: "${{parent.jobs.a}}" } },
        },
      ),
    ],
    ["a binding to an output", pipeline({ componentId: "train", inputs: { x: "${{parent.jobs.a.outputs.model}}" } })],
    ["a component of a registry", pipeline({ componentId: "azureml://registries/r/components/c/versions/1" })],
    ["a job of another type", { jobType: "AutoML" }],
  ])("with %s", (_, sent) => {
    expect(targetOf(sent)).toBeUndefined();
  });
});
