// Uploads, lookups and registrations of the assets of a job, at a server with real storage.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BlobServiceClient } from "@azure/storage-blob";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type AzureMLServer, startAzureMLServer } from "../../../local/azureml-server/server.ts";
import { jobTypes } from "../../../shared/core/job/job-types.ts";
import type { BackendJob } from "../../../shared/core/ports/backend-port.ts";
import { sha256 } from "../../../shared/core/text/digest.ts";
import { createStorageCall } from "../../../shared/storage/account/storage-call.ts";
import { createContainerUploads } from "../../../shared/storage/blobs/container-uploads.ts";
import { azuremlJob, backendOn, testCredential } from "../../support/azureml.ts";
import { startTestAzurite, type TestAzurite } from "../../support/azurite.ts";
import { createMemoryBundles } from "../../support/memory/bundles.ts";
import { zipOf } from "../../support/zip.ts";
import { temporaryFolder } from "./local-jobs.ts";

let azurite: TestAzurite;
let server: AzureMLServer;
const bundles = createMemoryBundles();

beforeAll(async () => {
  azurite = await startTestAzurite();
});
beforeEach(async () => {
  server = await startAzureMLServer({ speed: 20, storage: azurite });
  return () => server.close();
});
afterAll(() => azurite.stop());

function backend() {
  const uploads = createContainerUploads(createStorageCall({ timeoutMs: 10_000 }), testCredential());
  return backendOn(server, { logHosts: [new URL(azurite.blobUri).origin], bundles, uploads });
}

async function withFiles(
  files: Readonly<Record<string, string>>,
  fields: Readonly<Record<string, unknown>>,
): Promise<BackendJob> {
  const zip = zipOf(files);
  const file = join(await temporaryFolder(), "bundle.zip");
  await writeFile(file, zip);
  await bundles.put(sha256(zip), file);
  return { ...azuremlJob("succeeds", fields), bundle_sha256: sha256(zip) };
}

/** The requests that the server received for a job. */
function sent({ name }: BackendJob): Record<string, unknown> & { inputs: Record<string, { uri: string }> } {
  const job = server.state.jobs.get(name);
  if (job === undefined) throw new Error(`The server has no job ${name}.`);
  return job.sent as never;
}

const requests = (method: string, path: RegExp) =>
  server.requests.filter((request) => request.method === method && path.test(request.path));

async function blobsIn(container: string): Promise<Record<string, string>> {
  const client = BlobServiceClient.fromConnectionString(azurite.connectionString).getContainerClient(container);
  const found: Record<string, string> = {};
  for await (const { name } of client.listBlobsFlat())
    found[name] = (await client.getBlobClient(name).downloadToBuffer()).toString();
  return found;
}

const code = {
  "src/main.py": "print(1)\n",
  "src/deep/more.py": "x = 2\n",
  "src/notes.txt": "no",
  "src/.amlignore": "*.txt\n",
  "job.yml": "",
  "numbers.csv": "1,2\n",
};

describe("the code of a bundle", () => {
  test("code is uploaded without ignored files to a container of Azure ML, and becomes a code asset", async () => {
    const job = await withFiles(code, { code: "./src" });
    await backend().submit(job);
    const { codeId } = sent(job);
    expect(codeId).toMatch(/\/codes\/[0-9a-f-]{36}\/versions\/1$/);
    const asset = [...server.state.assets.values()][0];
    expect(asset?.properties).toMatchObject({
      isAnonymous: true,
      properties: { hash_version: "202208", hash_sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
    const container = String(asset?.properties.codeUri).split("/").at(-1) ?? "";
    expect(await blobsIn(container)).toEqual({
      "main.py": "print(1)\n",
      "deep/more.py": "x = 2\n",
      ".amlignore": "*.txt\n",
    });
  });

  test("code is found relative to the folder of the job in the bundle", async () => {
    const fields = { code: "../../src", inputs: { numbers: { type: "uri_file", path: "../../numbers.csv" } } };
    const [top, inFolder] = [
      await withFiles(code, { code: "./src" }),
      { ...(await withFiles(code, fields)), bundle_folder: "jobs/train" },
    ];
    await backend().submit(top);
    await backend().submit(inFolder);
    expect(sent(inFolder).codeId).toBe(sent(top).codeId);
    expect(sent(inFolder).inputs.numbers?.uri).toMatch(/\/numbers\.csv$/);
  });

  test("code is reused by another job with the same content", async () => {
    const [first, second] = [
      await withFiles(code, { code: "./src" }),
      await withFiles({ ...code, "job.yml": "other" }, { code: "src" }),
    ];
    await backend().submit(first);
    await backend().submit(second);
    expect(sent(second).codeId).toBe(sent(first).codeId);
    expect(requests("POST", /startPendingUpload$/)).toHaveLength(1);
  });

  test("the same code of two concurrent jobs becomes one asset", async () => {
    const jobs = await Promise.all([
      withFiles({ "src/a.py": "3" }, { code: "./src" }),
      withFiles({ "src/a.py": "3", b: "" }, { code: "./src" }),
    ]);
    await Promise.all(jobs.map((job) => backend().submit(job)));
    expect(new Set(jobs.map((job) => sent(job).codeId)).size).toBe(1);
    expect(server.state.assets.size).toBe(1);
  });

  test("code is not uploaded to a host other than Azure Storage", async () => {
    const job = await withFiles({ "src/a.py": "4" }, { code: "./src" });
    const evil = (text: string) => text.replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, "https://evil.example");
    const fault = server.faults.add({
      matches: ({ path }) => path.endsWith("startPendingUpload"),
      effect: { kind: "changed", change: evil },
    });
    await expect(backend().submit(job)).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("JOBS_AZUREML_LOG_HOSTS"),
    });
    expect(fault.count).toBe(1);
  });

  test("a missing bundle fails the job", async () => {
    const job = { ...azuremlJob("succeeds", { code: "./src" }), bundle_sha256: "0".repeat(64) };
    await expect(backend().submit(job)).rejects.toMatchObject({ name: "BackendRefusal", code: "bundle_not_found" });
  });
});

describe("data of a bundle", () => {
  test("data files and folders are uploaded to the default datastore below their hash", async () => {
    const job = await withFiles(code, {
      inputs: { file: { type: "uri_file", path: "numbers.csv" }, folder: { type: "uri_folder", path: "./src" } },
    });
    await backend().submit(job);
    const { inputs } = sent(job);
    expect(inputs.file?.uri).toMatch(
      /^azureml:\/\/datastores\/workspaceblobstore\/paths\/LocalUpload\/[0-9a-f]{64}\/numbers\.csv$/,
    );
    expect(inputs.folder?.uri).toMatch(
      /^azureml:\/\/datastores\/workspaceblobstore\/paths\/LocalUpload\/[0-9a-f]{64}\/src\/$/,
    );
    const blobs = await blobsIn("azureml-blobstore");
    expect(blobs[inputs.file?.uri.split("/paths/")[1] ?? ""]).toBe("1,2\n");
    expect(blobs[`${inputs.folder?.uri.split("/paths/")[1]}deep/more.py`]).toBe("x = 2\n");
  });
});

describe("data of a bundle that has an ignore file", () => {
  test("data is uploaded without ignored files, and the path of a table has no slash at its end", async () => {
    const files = {
      "table/MLTable": "paths: []",
      "table/.amlignore": "*.tmp\nold/\n",
      "table/a.tmp": "1",
      "table/old/b.csv": "2",
    };
    const job = await withFiles(files, { inputs: { table: { type: "mltable", path: "./table" } } });
    await backend().submit(job);
    const uri = sent(job).inputs.table?.uri ?? "";
    expect(uri).toMatch(/\/LocalUpload\/[0-9a-f]{64}\/table$/);
    const place = `${uri.split("/paths/")[1]}/`;
    const names = Object.keys(await blobsIn("azureml-blobstore")).filter((name) => name.startsWith(place));
    expect(new Set(names.map((name) => name.slice(place.length)))).toEqual(new Set([".amlignore", "MLTable"]));
  });
});

describe("references", () => {
  test.each(["environments", "data"])("a reference to the latest of %s needs one call", async (kind) => {
    for (const version of ["1", "7"])
      server.state.assets.set(`${kind}/it/${version}`, {
        name: "it",
        version,
        properties: {},
        createdAt: Number(version),
      });
    const job = azuremlJob(
      "succeeds",
      kind === "data"
        ? { inputs: { it: { type: "uri_folder", path: "azureml:it@latest" } } }
        : { environment: "azureml:it@latest" },
    );
    await backend().submit(job);
    const id = `${server.state.root}/${kind}/it/versions/7`;
    expect(kind === "data" ? sent(job).inputs.it?.uri : sent(job).environmentId).toBe(id);
    expect(server.requests.filter(({ plane }) => plane === "arm").map(({ method }) => method)).toEqual([
      "GET",
      "GET",
      "PUT",
    ]);
  });

  test("references with a version, and to computes, need no call", async () => {
    const job = azuremlJob("succeeds", { environment: "azureml:it:3", compute: "azureml:cpu-cluster" });
    await backend().submit(job);
    expect(sent(job)).toMatchObject({
      environmentId: `${server.state.root}/environments/it/versions/3`,
      computeId: `${server.state.root}/computes/cpu-cluster`,
    });
    expect(requests("GET", /\/(environments|computes)\//)).toEqual([]);
  });

  test("a reference to a missing asset fails the job with its name", async () => {
    const job = azuremlJob("succeeds", { environment: "azureml:none@latest" });
    await expect(backend().submit(job)).rejects.toMatchObject({
      code: "asset_not_found",
      message: expect.stringContaining("none@latest"),
    });
  });
});

test("an inline environment is registered, and reused by another job with the same one", async () => {
  const environment = { image: "library/python:latest", conda_file: { dependencies: ["python=3.12"] } };
  const [first, second] = [azuremlJob("succeeds", { environment }), azuremlJob("succeeds", { environment })];
  await backend().submit(first);
  await backend().submit(second);
  expect(sent(first).environmentId).toMatch(/\/environments\/CliV2AnonymousEnvironment\/versions\/[0-9a-f]+$/);
  expect(sent(second).environmentId).toBe(sent(first).environmentId);
  expect([...server.state.assets.values()].map(({ properties }) => properties)).toMatchObject([
    { image: "library/python:latest", isAnonymous: true, condaFile: expect.stringContaining("python=3.12") },
  ]);
});

test("a prompt flow is registered with its code and the address of its file", async () => {
  const schema = "$schema: https://azuremlschemas.azureedge.net/promptflow/latest/Flow.schema.json\n";
  const files = { "flow/flow.dag.yaml": schema, "flow/.promptflow/flow.tools.json": "{}" };
  const nodes = { a: { type: "parallel", component: "./flow/flow.dag.yaml", compute: "azureml:cpu" } };
  const given = await withFiles(files, {});
  const job = { ...given, job: jobTypes.pipeline.create({ name: given.name, tags: given.job.tags, jobs: nodes }) };
  await backend().submit(job);
  const assets = [...server.state.assets].map(([key, { properties }]) => ({ key, properties }));
  const codeAsset = assets.find(({ key }) => key.startsWith("codes/"));
  const component = assets.find(({ key }) => key.startsWith("components/"));
  const url = String(codeAsset?.properties.codeUri);
  expect(component?.properties.componentSpec).toMatchObject({
    name: "flow",
    type: "promptflow_parallel",
    code: `${server.state.root}/codes/${codeAsset?.key.split("/")[1]}/versions/1`,
    flow_definition_uri: `${url.replace(/:\d+\//, "/")}/flow.dag.yaml`,
  });
  expect(await blobsIn(url.split("/").at(-1) ?? "")).toEqual({
    "flow.dag.yaml": schema,
    ".promptflow/flow.tools.json": "{}",
  });
});
