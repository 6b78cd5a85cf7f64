import { describe, expect, test } from "vitest";
import { loadJob } from "../../../../shared/core/job/load-job.ts";

const schema = (name: string) => ({ $schema: `https://azuremlschemas.azureedge.net/latest/${name}.schema.json` });

describe("a document that is not a job has one issue with its kind", () => {
  test.each([
    [{ ...schema("commandComponent"), version: 1, type: "command" }, "/$schema", "a component"],
    [{ ...schema("sparkComponent"), name: "t", type: "spark" }, "/$schema", "{type: spark, component:"],
    [{ ...schema("schedule"), x: 1 }, "/$schema", "a schedule"],
    [{ ...schema("environment"), name: "e" }, "/$schema", "an environment"],
    [{ ...schema("data"), path: "./x" }, "/$schema", "a data asset"],
    [{ ...schema("managedOnlineEndpoint"), name: "e" }, "/$schema", "an endpoint"],
    [{ ...schema("batchDeployment"), name: "e" }, "/$schema", "a deployment"],
    [{ ...schema("amlCompute"), name: "cpu-1" }, "/$schema", "compute: azureml:cpu-1"],
    [{ ...schema("azureBlob"), name: "main" }, "/$schema", "azureml://datastores/main/paths"],
    [{ type: "mltable", path: "./x", name: "a b", version: "1 2" }, "/type", "azureml:NAME:VERSION"],
    [{ type: "custom_model", path: "./x", name: "m", version: 3 }, "/type", "azureml:m:3"],
    [{ create_monitor: {}, trigger: {} }, "/create_monitor", "a schedule"],
    [{ name: "e", build: { path: "." } }, "/build", "an environment"],
    [{ inputs: {}, outputs: {}, nodes: [] }, "/nodes", "a flow"],
    [{ name: "d", version: 1, path: "./x" }, "/path", "a data asset"],
    [
      { name: "t", is_deterministic: false, command: "echo", environment: "azureml:e:1" },
      "/is_deterministic",
      "a component",
    ],
  ])("%j", (document, pointer, words) => {
    const { issues } = loadJob(document);
    expect(issues).toEqual([expect.objectContaining({ pointer, code: "not_a_job" })]);
    expect(issues?.[0]?.message).toContain(words);
  });

  test.each([
    [{ ...schema("commandJob"), version: 1, command: "echo", environment: "azureml:e:1" }],
    [{ version: 1, command: "echo", environment: "azureml:e:1", compute: "azureml:cpu" }],
    [{ version: 1, command: "echo", environment: "azureml:e:1", inputs: { a: 1 } }],
    [
      {
        version: 1,
        command: "echo",
        environment: "azureml:e:1",
        inputs: { a: { type: "uri_file", path: "azureml:a:1" } },
      },
    ],
    [{ $schema: 1, image: "python:3.11", command: "echo", version: 1, settings: {} }],
  ])("%j remains a job with issues of its fields", (document) => {
    expect(loadJob(document).issues?.map(({ code }) => code)).not.toContain("not_a_job");
  });

  test("a valid job is never taken for something else", () => {
    const job = { ...schema("commandComponent"), command: "echo", environment: "azureml:e:1" };
    expect(loadJob(job).job).toBeDefined();
  });
});

describe("a job with a missing or wrong type has one issue with the type that its fields show", () => {
  test.each([
    [{ jobs: {} }, "/jobs", [{ op: "add", path: "/type", value: "pipeline" }]],
    [{ type: null, jobs: {} }, "/jobs", [{ op: "replace", path: "/type", value: "pipeline" }]],
    [{ type: "command", jobs: {} }, "/jobs", [{ op: "replace", path: "/type", value: "pipeline" }]],
    [{ type: "training", trial: "./t.yml" }, "/trial", [{ op: "replace", path: "/type", value: "sweep" }]],
    [{ task: "chat_completion" }, "/task", [{ op: "add", path: "/type", value: "finetuning" }]],
    [{ type: "spark", task: "regression" }, "/task", [{ op: "replace", path: "/type", value: "automl" }]],
    [{ source: {}, output: {} }, "/source", [{ op: "add", path: "/type", value: "import" }]],
    [
      { steps: {} },
      "/steps",
      [
        { op: "add", path: "/type", value: "pipeline" },
        { op: "move", from: "/steps", path: "/jobs" },
      ],
    ],
  ])("%j", (document, pointer, suggestion) => {
    expect(loadJob(document).issues).toEqual([
      expect.objectContaining({ pointer, code: "unsupported_type", suggestion }),
    ]);
  });

  test.each([
    [{ type: "pipelin", jobs: {} }, "/type"],
    [{ type: "parallel", task: "x" }, "/type"],
    [{ type: "sweep", trial: {}, jobs: {} }, "/jobs"],
    [{ command: "echo", jobs: {} }, "/jobs"],
  ])("%j has an issue of its fields", (document, pointer) => {
    expect(loadJob(document).issues?.map((issue) => issue.pointer)).toContain(pointer);
    expect(loadJob(document).issues?.[0]?.message).not.toContain("shows that");
  });

  test("steps of a pipeline are suggested to be jobs, unless it has jobs or they are a list", () => {
    const suggestions = (document: object) => loadJob(document).issues?.map(({ suggestion }) => suggestion);
    expect(suggestions({ type: "pipeline", steps: {} })).toEqual([[{ op: "move", from: "/steps", path: "/jobs" }]]);
    expect(suggestions({ type: "pipeline", steps: {}, jobs: {} })).toEqual([undefined]);
    expect(suggestions({ type: "pipeline", steps: [] })).toEqual([undefined]);
  });
});
