import { expect, test } from "vitest";
import type {
  AssetRequest,
  AssetResolver,
  ComponentFiles,
} from "../../../../../shared/backends/azureml/rest/asset-ids/asset-ids.ts";
import { collectAssetRequests } from "../../../../../shared/backends/azureml/rest/collect-asset-requests.ts";
import { jobToRest } from "../../../../../shared/backends/azureml/rest/job-to-rest.ts";
import type { Job } from "../../../../../shared/core/job/job.ts";
import { loadJob } from "../../../../../shared/core/job/load-job.ts";

const files = { kind: () => "folder" as const, read: () => undefined };
const refuse = (path: string): never => {
  throw new Error(`The test has no component ${path}.`);
};
const noFiles: ComponentFiles = { pipelineFile: refuse, flowFile: refuse };

function load(yaml: string): Job {
  const { job, issues } = loadJob(yaml, { files });
  if (job === undefined) throw new Error(JSON.stringify(issues));
  return job;
}

const requestsOf = (yaml: string): readonly AssetRequest[] => collectAssetRequests(load(yaml), noFiles);
const keysOf = (yaml: string): readonly string[] =>
  requestsOf(yaml).map(({ key, kind }) => (kind === "anonymous" ? (key.split(":")[0] ?? "") : key));

test("registered assets with a version need no request", () => {
  expect(
    keysOf(
      "command: echo\nenvironment: azureml:e:1\ncompute: azureml:c\ninputs: {d: {path: azureml:d:2}, e: {path: e:1}}",
    ),
  ).toEqual([]);
});

test("a repeated prefix of a reference counts once", () => {
  const assets: AssetResolver = { workspace: "/ws", ...noFiles, resolve: () => "" };
  const job = load("command: echo\nenvironment: azureml:azureml:e:1\n");
  expect(jobToRest(job, assets).properties.environmentId).toBe("/ws/environments/e/versions/1");
});

test("an inline environment with an empty id is registered", () => {
  expect(keysOf("command: echo\nenvironment: {image: i, id: 'azureml:'}\n")).toEqual(["environment"]);
});

test("labels, and names without a version, are looked up once", () => {
  const yaml =
    "command: echo\nenvironment: azureml:e\ninputs: " +
    "{a: {path: azureml:d@latest}, b: {path: d@latest}, m: {type: mlflow_model, path: azureml:m@prod}}";
  expect(requestsOf(yaml).map((request) => ({ ...request }))).toEqual([
    { kind: "label", key: "environments/e@latest", asset: "environments", name: "e", label: "latest" },
    { kind: "label", key: "data/d@latest", asset: "data", name: "d", label: "latest" },
    { kind: "label", key: "models/m@prod", asset: "models", name: "m", label: "prod" },
  ]);
});

test("a component comes after its code and environment, and is requested once per content", () => {
  const node = "{command: echo, code: ./src, environment: {image: x, build: {path: ./docker}}}";
  const keys = keysOf(
    "type: pipeline\nsettings: {default_compute: azureml:c}\n" +
      `jobs:\n  a: ${node}\n  b: ${node}\n  c: {command: ls, environment: azureml:e:1}`,
  );
  expect(keys).toEqual(["code:./src", "context:./docker", "environment", "component", "component"]);
});

test("local data is uploaded to the datastore that it names, or to the default one", () => {
  const yaml =
    "command: echo\nenvironment: azureml:e:1\ninputs: " +
    "{a: {path: ./data}, b: {path: ./data, datastore: azureml:own}, c: {path: 'file:./data'}}";
  expect(keysOf(yaml)).toEqual(["data:workspaceblobstore:./data", "data:own:./data"]);
});

test("the URI of a folder ends with a slash, that of a file does not", () => {
  const job = load(
    "command: echo\nenvironment: azureml:e:1\ninputs: {a: {path: ./data}, b: {type: uri_file, path: ./data}}",
  );
  const assets: AssetResolver = {
    workspace: "/ws",
    ...noFiles,
    resolve: () => "azureml://datastores/s/paths/LocalUpload/h/data",
  };
  expect(jobToRest(job, assets).properties.inputs).toEqual({
    a: { jobInputType: "uri_folder", uri: "azureml://datastores/s/paths/LocalUpload/h/data/" },
    b: { jobInputType: "uri_file", uri: "azureml://datastores/s/paths/LocalUpload/h/data" },
  });
});

test("rejects a build context outside of LocalUpload, which has no hash for the environment's version", () => {
  const requests = requestsOf("command: echo\nenvironment: {build: {path: ./docker}}");
  const assets: AssetResolver = {
    workspace: "/ws",
    ...noFiles,
    resolve: () => "https://x.example.org/docker/",
  };
  const [, environment] = requests;
  expect(() => environment?.kind === "anonymous" && environment.toRest(assets)).toThrow(
    "The build context is at https://x.example.org/docker/",
  );
});

test("rejects an import job, which Azure ML does not run", () => {
  const job = load(
    "type: import\nsource: {type: snowflake, connection: azureml:c, query: select 1}\noutput: {type: mltable}",
  );
  expect(() => collectAssetRequests(job, noFiles)).toThrow("Azure ML does not run jobs of type import");
});

test.each(["azureml:", "azureml:@latest", "azureml:/subscriptions/s/other@x"])(
  "rejects the reference %s, which has no name",
  (reference) => {
    expect(() => requestsOf(`command: echo\nenvironment: '${reference}'`)).toThrow(
      `${JSON.stringify(reference)} is no reference to an asset`,
    );
  },
);

test("large integers and floats are written exactly as in the YAML", () => {
  const job = load("command: echo\nenvironment: azureml:e:1\nresources: {properties: {a: 9007199254740993, b: 1.0}}");
  const assets: AssetResolver = { workspace: "/ws", ...noFiles, resolve: () => "" };
  expect(JSON.stringify(jobToRest(job, assets).properties.resources)).toBe(
    '{"properties":{"a":9007199254740993,"b":1.0}}',
  );
});
