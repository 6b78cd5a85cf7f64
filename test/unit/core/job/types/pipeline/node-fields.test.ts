import { describe, expect, test } from "vitest";
import { loadJob } from "../../../../../../shared/core/job/load-job.ts";

/** The problems of a pipeline with this node: `code pointer`. */
function problemsOf(node: object, root: object = {}): readonly string[] {
  const job = { type: "pipeline", settings: { default_compute: "azureml:cpu" }, jobs: { n: node }, ...root };
  const { issues, warnings } = loadJob(job);
  return (issues ?? warnings.filter((warning) => warning.blocks_submission)).map(
    ({ code, pointer }) => `${code} ${pointer}`,
  );
}

describe("the tags of a node with a component", () => {
  const component = "azureml:c:1";

  test.each(["abc", ["a"], 5, true])("are rejected if they are %j", (tags) => {
    expect(problemsOf({ type: "command", component, tags })).toEqual(["wrong_type /jobs/n/tags"]);
  });

  test.each([null, {}, [], "", { a: "b" }, [["a", "b"]]])("are accepted if they are %j", (tags) => {
    expect(problemsOf({ type: "command", component, tags })).toEqual([]);
  });
});

describe("a data transfer", () => {
  const copy = { type: "data_transfer", compute: "azureml:cpu" };
  const system = (type: string) => ({ type, connection: "azureml:c" });
  const source = (type: string) => ({ source: { type, path: "azureml:d:1" } });

  test("cannot export to a file system", () => {
    const node = { ...copy, task: "export_data", sink: system("file_system"), inputs: source("uri_folder") };
    expect(problemsOf(node)).toEqual(["not_allowed /jobs/n/sink/type"]);
    expect(problemsOf({ ...node, component: "azureml:c:1" })).toEqual([]);
  });

  test("exports a file to a database", () => {
    const node = { ...copy, task: "export_data", sink: system("database") };
    expect(problemsOf({ ...node, inputs: source("uri_file") })).toEqual([]);
    expect(problemsOf({ ...node, inputs: source("mltable") })).toEqual(["not_allowed /jobs/n/inputs/source/type"]);
  });

  test("imports a folder from a file system", () => {
    const node = { ...copy, task: "import_data", source: system("file_system") };
    expect(problemsOf({ ...node, outputs: { sink: { type: "uri_folder" } } })).toEqual([]);
    expect(problemsOf({ ...node, outputs: { sink: { type: "mltable" } } })).toEqual([
      "not_allowed /jobs/n/outputs/sink/type",
    ]);
  });
});

describe("the reference of an input", () => {
  const refused = [
    "azureml:datastores/x/paths/y",
    "runs:/x",
    "dbfs:/x",
    "hdfs:///x",
    "models:/m/1",
    "azureml:a/b",
    "azureml:d",
  ];

  test.each(refused)("is refused if it is %s", (path) => {
    const inputs = { a: { type: "uri_folder", path } };
    const job = { command: "echo hi", environment: "azureml:e:1", inputs };
    const first = loadJob(job).warnings.find((warning) => warning.blocks_submission);
    expect(first).toMatchObject({ code: "invalid_reference", pointer: "/inputs/a/path" });
    expect(problemsOf({ type: "command", component: "azureml:c:1", inputs })).toEqual([
      "invalid_reference /jobs/n/inputs/a/path",
    ]);
  });

  test.each(["azureml:d:1", "d:1", "azureml://datastores/x/paths/y", "s3://b/x"])("may be %s", (path) => {
    const inputs = { a: { type: "uri_folder", path } };
    expect(problemsOf({ type: "command", component: "azureml:c:1", inputs })).toEqual([]);
  });

  test("is suggested with the slashes that it lacks", () => {
    const inputs = { a: { type: "uri_folder", path: "azureml:datastores/x/paths/y" } };
    const { warnings } = loadJob({ command: "echo hi", environment: "azureml:e:1", inputs });
    expect(warnings[0]?.suggestion).toEqual([
      { op: "replace", path: "/inputs/a/path", value: "azureml://datastores/x/paths/y" },
    ]);
  });
});

describe("the runtime version of spark", () => {
  const spark = (runtime_version: string) =>
    loadJob({
      type: "spark",
      entry: { file: "main.py" },
      conf: {},
      resources: { instance_type: "standard_e4s_v3", runtime_version },
    }).issues;

  test.each(["latest", "3.x", "", "3.5rc1"])("is rejected if it is %j", (version) => {
    expect(spark(version)).toMatchObject([{ code: "not_allowed", pointer: "/resources/runtime_version" }]);
  });

  test("is suggested without the v", () => {
    expect(spark("v3.4")?.[0]?.suggestion).toEqual([
      { op: "replace", path: "/resources/runtime_version", value: "3.4" },
    ]);
  });

  test.each(["3.4", " 3.4", "3"])("may be %j", (version) => {
    expect(spark(version)).toBeUndefined();
  });
});

test("the compute of an inline command that is bound to an input stays a binding in the dump", () => {
  const compute = "${" + "{parent.inputs.c}}";
  const jobs = { n: { command: "echo", environment: "azureml:e:1", compute } };
  expect(loadJob({ type: "pipeline", inputs: { c: "cpu" }, jobs }).job?.toYaml()).toContain(`compute: ${compute}\n`);
});
