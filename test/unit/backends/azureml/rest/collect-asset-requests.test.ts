import { expect, test } from "vitest";
import type { AssetRequest, AssetResolver } from "../../../../../shared/backends/azureml/rest/asset-ids/asset-ids.ts";
import { collectAssetRequests } from "../../../../../shared/backends/azureml/rest/collect-asset-requests.ts";
import { jobToRest } from "../../../../../shared/backends/azureml/rest/job-to-rest.ts";
import type { Job } from "../../../../../shared/core/job/job.ts";
import { loadJob } from "../../../../../shared/core/job/load-job.ts";
import type { PipelineFile } from "../../../../../shared/core/job/types/pipeline/read-pipeline-file.ts";

const files = { kind: () => "folder" as const, read: () => undefined };
const noPipelines = (path: string): PipelineFile => {
  throw new Error(`${path} is read.`);
};

function load(yaml: string): Job {
  const { job, issues } = loadJob(yaml, { files });
  if (job === undefined) throw new Error(JSON.stringify(issues));
  return job;
}

const requestsOf = (yaml: string): readonly AssetRequest[] => collectAssetRequests(load(yaml), noPipelines);
const keysOf = (yaml: string): readonly string[] =>
  requestsOf(yaml).map(({ key, kind }) => (kind === "anonymous" ? (key.split(":")[0] ?? "") : key));

test("registered assets with a version need nothing", () => {
  expect(
    keysOf("command: echo\nenvironment: azureml:e:1\ncompute: azureml:c\ninputs: {d: {path: azureml:d:2}}"),
  ).toEqual([]);
});

test("labels are looked up once, as is what has no version", () => {
  const yaml =
    "command: echo\nenvironment: azureml:e\ninputs: {a: {path: azureml:d@latest}, b: {path: azureml:d@latest}, m: {type: mlflow_model, path: azureml:m@prod}}";
  expect(requestsOf(yaml).map((request) => ({ ...request }))).toEqual([
    { kind: "label", key: "environments/e@latest", asset: "environments", name: "e", label: "latest" },
    { kind: "label", key: "data/d@latest", asset: "data", name: "d", label: "latest" },
    { kind: "label", key: "models/m@prod", asset: "models", name: "m", label: "prod" },
  ]);
});

test("a component comes after its code and environment, and twice the same component is one", () => {
  const node = "{command: echo, code: ./src, environment: {image: x, build: {path: ./docker}}}";
  const keys = keysOf(
    `type: pipeline\nsettings: {default_compute: azureml:c}\njobs:\n  a: ${node}\n  b: ${node}\n  c: {command: ls, environment: azureml:e:1}`,
  );
  expect(keys).toEqual(["code:./src", "context:./docker", "environment", "component", "component"]);
});

test("local data goes to the datastore that it names, else to the default one", () => {
  const yaml =
    "command: echo\nenvironment: azureml:e:1\ninputs: {a: {path: ./data}, b: {path: ./data, datastore: azureml:own}, c: {path: 'file:./data'}}";
  expect(keysOf(yaml)).toEqual(["data:workspaceblobstore:./data", "data:own:./data"]);
});

test("a folder of data ends with a slash, a file does not", () => {
  const job = load(
    "command: echo\nenvironment: azureml:e:1\ninputs: {a: {path: ./data}, b: {type: uri_file, path: ./data}}",
  );
  const assets: AssetResolver = {
    workspace: "/ws",
    pipelineFile: noPipelines,
    resolve: () => "azureml://datastores/s/paths/LocalUpload/h/data",
  };
  expect(jobToRest(job, assets).properties.inputs).toEqual({
    a: { jobInputType: "uri_folder", uri: "azureml://datastores/s/paths/LocalUpload/h/data/" },
    b: { jobInputType: "uri_file", uri: "azureml://datastores/s/paths/LocalUpload/h/data" },
  });
});

test("a build context that lies nowhere in LocalUpload has no hash to make a version of", () => {
  const requests = requestsOf("command: echo\nenvironment: {build: {path: ./docker}}");
  const assets: AssetResolver = {
    workspace: "/ws",
    pipelineFile: noPipelines,
    resolve: () => "https://x.example.org/docker/",
  };
  const [, environment] = requests;
  expect(() => environment?.kind === "anonymous" && environment.toRest(assets)).toThrow(
    "The build context is at https://x.example.org/docker/",
  );
});

test("an import job is none for Azure ML", () => {
  const job = load(
    "type: import\nsource: {type: snowflake, connection: azureml:c, query: select 1}\noutput: {type: mltable}",
  );
  expect(() => collectAssetRequests(job, noPipelines)).toThrow("Azure ML takes no import jobs");
});

test.each(["azureml:", "azureml:@latest", "azureml:/subscriptions/s/other@x"])(
  "%s names nothing, and is refused",
  (reference) => {
    expect(() => requestsOf(`command: echo\nenvironment: '${reference}'`)).toThrow(
      `${JSON.stringify(reference)} names nothing`,
    );
  },
);

test("big numbers and floats are written as they are", () => {
  const job = load("command: echo\nenvironment: azureml:e:1\nresources: {properties: {a: 9007199254740993, b: 1.0}}");
  const assets: AssetResolver = { workspace: "/ws", pipelineFile: noPipelines, resolve: () => "" };
  expect(JSON.stringify(jobToRest(job, assets).properties.resources)).toBe(
    '{"properties":{"a":9007199254740993,"b":1.0}}',
  );
});
