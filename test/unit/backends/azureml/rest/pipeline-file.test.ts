import { expect, test } from "vitest";
import type { AssetResolver } from "../../../../../shared/backends/azureml/rest/asset-ids/asset-ids.ts";
import { collectAssetRequests } from "../../../../../shared/backends/azureml/rest/collect-asset-requests.ts";
import { loadJob } from "../../../../../shared/core/job/load-job.ts";
import { readFlowFile } from "../../../../../shared/core/job/types/pipeline/flows/read-flow-file.ts";
import { readPipelineFile } from "../../../../../shared/core/job/types/pipeline/read-pipeline-file.ts";
import { toJson } from "../../../../../shared/core/yaml/to-json.ts";

const subscription = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg";
const workspace = `${subscription}/providers/Microsoft.MachineLearningServices/workspaces/ws`;

const step = "{type: command, command: echo, environment: azureml:e:1}";

/** The components that are registered for a job with a pipeline in a file, by their path. */
function registered(pipeline: string): ReadonlyMap<string, unknown> {
  const text =
    "type: pipeline\nsettings: {default_compute: azureml:cpu}\njobs: {n: {type: pipeline, component: ./pc.yml}}";
  const files = {
    kind: (path: string) => (path === "pc.yml" ? ("file" as const) : undefined),
    read: (path: string) => (path === "pc.yml" ? Buffer.from(`${pipeline}\njobs: {a: ${step}}`) : undefined),
  };
  const { job, issues } = loadJob(text, { files });
  if (job === undefined) throw new Error(JSON.stringify(issues));
  const componentFiles = {
    pipelineFile: (path: string) => readPipelineFile(path, files, ""),
    flowFile: (path: string) => readFlowFile(path, files, ""),
  };
  const ids = new Map<string, string>();
  const assets: AssetResolver = { workspace, ...componentFiles, resolve: ({ key }) => ids.get(key) ?? "" };
  const put = new Map<string, unknown>();
  for (const request of collectAssetRequests(job, componentFiles)) {
    if (request.kind !== "anonymous") throw new Error(request.key);
    const { path, properties } = request.toRest(assets);
    ids.set(request.key, `${workspace}/${path}`);
    put.set(path, toJson(properties));
  }
  return put;
}

test("the compute, settings and unknown fields of a pipeline component are sent as the SDK sends them", () => {
  const components = registered(
    "type: pipeline\ncompute: azureml:cpu\nsettings: {default_compute: azureml:other, at: 2024-01-01T02:00:00+02:00}\n" +
      "extra: {a: null, b: [1, null], c: {}}\nday: 2024-01-01\nyaml_str: unsent\ntags: {a: 1}\nproperties: {p: 1}",
  );
  const [, [path, asset]] = [...components] as [unknown, [string, unknown]];
  // The version that the SDK computes for this file.
  expect(path).toBe("components/azureml_anonymous/versions/7049a752-e18e-75ae-0f6c-3c3a547b9704");
  expect(asset).toMatchObject({
    properties: { p: 1 },
    tags: { a: 1 },
    componentSpec: {
      compute: "azureml:cpu",
      settings: { default_compute: "azureml:other", at: "2024-01-01T00:00:00Z" },
      extra: { a: null, b: [1, null], c: {} },
      day: "2024-01-01",
      tags: { a: "1" },
      jobs: { a: { type: "command" } },
    },
  });
  expect(asset).not.toHaveProperty("componentSpec.properties");
  expect(asset).not.toHaveProperty("componentSpec.yaml_str");
});
