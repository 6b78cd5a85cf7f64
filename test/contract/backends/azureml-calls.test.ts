// The calls to Azure ML that docs/azureml.md documents: their number, duration and retries.
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { empty } from "../../../local/azureml-server/request-and-reply.ts";
import type { AzureMLServer } from "../../../local/azureml-server/server.ts";
import { createUnsupportedIssues } from "../../../shared/backends/azureml/submit/unsupported-issues.ts";
import { loadJob } from "../../../shared/core/job/load-job.ts";
import { azuremlJob, backendOn, useAzureMLServer, workspaceOf } from "../../support/azureml.ts";
import { waitForStatus } from "./observe-job.ts";

/** The calls since the last use, as method and path below the workspace. */
function calls(server: AzureMLServer): readonly string[] {
  return server
    .takeRequests()
    .map(({ method, path }) => `${method} ${path.replace(/^(\/history\/v1\.0)?.*\/workspaces\/[^/]+/, "$1")}`);
}

describe("what is called", () => {
  test("the first use reads the workspace and its discovery URL once", async () => {
    const server = await useAzureMLServer();
    const backend = backendOn(server);
    const [first, second] = [azuremlJob(), azuremlJob()];
    await backend.observe([first, second]);
    expect(calls(server).slice(0, 2)).toEqual(["GET ", "GET /discovery"]);
    await backend.observe([first, second]);
    expect(calls(server)).not.toContain("GET /discovery");
  });

  test("a configured data plane URL needs no discovery", async () => {
    const server = await useAzureMLServer();
    const backend = backendOn(server, { workspace: { ...workspaceOf(server), dataUrl: server.url } });
    const job = azuremlJob();
    await backend.submit(job);
    expect(calls(server)).toEqual([`GET /history/v1.0/runs/${job.name}/details`, `PUT /jobs/${job.name}`]);
  });

  test("observing, canceling and log URLs need the expected calls", async () => {
    const server = await useAzureMLServer({ speed: 5 });
    const backend = backendOn(server);
    const job = azuremlJob("lasts");
    await backend.submit(job);
    await waitForStatus(backend, job, "Running");
    const look = `GET /history/v1.0/runs/${job.name}/details`;
    calls(server);
    await backend.observe([job]);
    expect(calls(server)).toEqual([look]);
    await backend.logUrls?.(job);
    expect(calls(server)).toEqual([look]);
    await backend.cancel(job);
    expect(calls(server)).toEqual([look, `POST /jobs/${job.name}/cancel`]);
  });

  test("a delete removes the job from the workspace with the expected calls", async () => {
    const server = await useAzureMLServer();
    const backend = backendOn(server);
    const job = azuremlJob("succeeds");
    await backend.submit(job);
    await waitForStatus(backend, job, "Completed");
    calls(server);
    await backend.purge(job);
    expect(calls(server)).toEqual([`GET /history/v1.0/runs/${job.name}/details`, `DELETE /jobs/${job.name}`]);
    expect(await backend.observe([job])).toEqual([{ name: job.name, observation: undefined }]);
  });

  test("an edit and child jobs need the expected calls", async () => {
    const server = await useAzureMLServer({ speed: 5 });
    const backend = backendOn(server);
    const job = azuremlJob("lasts");
    await backend.submit(job);
    const look = `GET /history/v1.0/runs/${job.name}/details`;
    calls(server);
    const metadata = {
      experiment_name: "Default",
      display_name: "Rose",
      description: "red",
      tags: {},
      properties: {},
      archived: false,
    };
    await backend.update?.(job, { ...metadata, removed_tags: [] });
    expect(calls(server)).toEqual([look, `PATCH /history/v1.0/runs/${job.name}`]);
    await backend.update?.(job, { ...metadata, removed_tags: ["old"] });
    expect(calls(server)).toEqual([
      look,
      `PATCH /history/v1.0/runs/${job.name}`,
      `PATCH /history/v1.0/experiments/Default/runs/${job.name}/tags`,
    ]);
    await backend.children?.(job, { limit: 50 });
    expect(calls(server)).toEqual([look, `GET /history/v1.0/runs/${job.name}/children`]);
  });

  test("each call has its own id and the name of the service, and an API version only for ARM", async () => {
    const server = await useAzureMLServer();
    const backend = backendOn(server);
    await backend.submit(azuremlJob());
    await backend.ready();
    const seen = server.takeRequests();
    const ids = seen.map(({ headers }) => headers["x-ms-client-request-id"]);
    expect([seen.length > 3, new Set(ids).size, ids.includes(undefined)]).toEqual([true, seen.length, false]);
    for (const { headers, query, plane } of seen) {
      expect(headers["user-agent"]).toMatch(/^jobgate /);
      expect(query).toBe(plane === "arm" ? "api-version=2025-12-01" : "");
    }
  });

  test("at most 16 jobs are read concurrently", async () => {
    const server = await useAzureMLServer();
    const backend = backendOn(server);
    const jobs = Array.from({ length: 60 }, () => azuremlJob("lasts"));
    for (const job of jobs) await backend.submit(job);
    let [now, most] = [0, 0];
    const slow = {
      kind: "slow" as const,
      get ms() {
        now += 1;
        most = Math.max(most, now);
        setTimeout(() => {
          now -= 1;
        }, 20);
        return 20;
      },
    };
    server.faults.add({ matches: ({ path }) => path.endsWith("/details"), effect: slow });
    expect(await backend.observe(jobs)).toHaveLength(60);
    expect(most).toBeGreaterThan(4);
    expect(most).toBeLessThanOrEqual(16);
  });
});

describe("a call that fails", () => {
  const broken = { kind: "answer", answer: empty(503) } as const;

  test("a failed read is sent three times", async () => {
    const server = await useAzureMLServer();
    const fault = server.faults.add({ matches: ({ path }) => path.endsWith("/details"), effect: broken });
    await expect(backendOn(server).observe([azuremlJob()])).rejects.toMatchObject({ code: "unavailable" });
    expect(fault.count).toBe(3);
  });

  test("a failed creation of a job is only repeated after a check that the job does not exist", async () => {
    const server = await useAzureMLServer();
    const backend = backendOn(server);
    const job = azuremlJob();
    const fault = server.faults.add({ matches: ({ method }) => method === "PUT", effect: broken });
    await expect(backend.submit(job)).rejects.toMatchObject({ code: "unavailable" });
    expect(fault.count).toBe(2);
    expect(calls(server).slice(-4)).toEqual([
      `PUT /jobs/${job.name}`,
      `GET /jobs/${job.name}`,
      `PUT /jobs/${job.name}`,
      `GET /jobs/${job.name}`,
    ]);
  });

  test("a failed cancel is not repeated", async () => {
    const server = await useAzureMLServer({ speed: 5 });
    const backend = backendOn(server);
    const job = azuremlJob("lasts");
    await backend.submit(job);
    const fault = server.faults.add({ matches: ({ path }) => path.endsWith("/cancel"), effect: broken });
    await expect(backend.cancel(job)).rejects.toMatchObject({ code: "unavailable" });
    expect(fault.count).toBe(1);
  });

  test("an unanswered read ends within its time limit, and a write within three times that limit", async () => {
    const server = await useAzureMLServer();
    const backend = backendOn(server, { timeoutMs: 300 });
    await backend.ready();
    server.faults.add({ matches: ({ path }) => !path.endsWith("/discovery"), effect: { kind: "silent" } });
    await expect(backend.ready()).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("no response within 300 ms"),
    });
    server.faults.clear();
    const job = azuremlJob();
    server.faults.add({ matches: ({ method }) => method === "PUT", effect: { kind: "silent" } });
    server.faults.add({
      matches: ({ method, path }) => method === "GET" && path.endsWith(`/jobs/${job.name}`),
      effect: broken,
    });
    await expect(backend.submit(job)).rejects.toMatchObject({ code: "unavailable" });
    server.faults.clear();
    await backend.submit(job);
    server.faults.add({ matches: ({ path }) => path.endsWith("/cancel"), effect: { kind: "silent" } });
    await expect(backend.cancel(job)).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("no response within 900 ms"),
    });
  });

  test("a call ends when its signal aborts", async () => {
    const server = await useAzureMLServer();
    server.faults.add({ matches: () => true, effect: { kind: "silent" } });
    const given = new AbortController();
    const asked = backendOn(server).observe([azuremlJob()], { signal: given.signal });
    const outcome = asked.catch((error: Error) => error);
    await pause(50);
    given.abort(new Error("gave up"));
    expect(await outcome).toMatchObject({ message: "gave up" });
  });
});

describe("what a workspace cannot run", () => {
  const issuesOf = (source: object, apiVersion = "2025-12-01") => {
    const { job } = loadJob(source);
    if (job === undefined) throw new Error("The job is not valid.");
    return createUnsupportedIssues({ apiVersion })(job);
  };
  const unsupported = (source: object, apiVersion?: string) =>
    issuesOf(source, apiVersion).map(({ pointer }) => pointer);
  const command = { command: "echo", environment: "azureml:e:1" };
  const tuning = {
    type: "finetuning",
    task: "chat_completion",
    model_provider: "custom",
    model: { type: "mlflow_model", path: "azureml:m:1" },
    training_data: { type: "uri_file", path: "azureml:d:1" },
    outputs: { out: { type: "mlflow_model" } },
  };

  test("a job with local compute is unsupported", () => {
    expect(unsupported({ ...command, compute: "local" })).toEqual(["/compute"]);
    expect(unsupported({ ...command, compute: "azureml:cpu" })).toEqual([]);
  });

  test.each([
    ["feature/add-x", "feature-add-x"],
    ["my experiment", "my-experiment"],
    ["é", "e"],
    ["_x", "x"],
    ["x".repeat(300), "x".repeat(256)],
  ])("the experiment name %j is unsupported, and %j is suggested", (experiment_name, value) => {
    const issues = issuesOf({ ...command, experiment_name });
    expect(issues).toEqual([
      {
        pointer: "/experiment_name",
        code: "unsupported_by_backend",
        message: expect.stringMatching(/^experiment_name is ".*; expected 1 to 256 letters.* Did you mean ".*\?$/),
        suggestion: [{ op: "replace", path: "/experiment_name", value }],
      },
    ]);
    expect(issuesOf({ ...command, experiment_name: value })).toEqual([]);
  });

  test("an experiment name without a letter or digit is unsupported, and no other is suggested", () => {
    const [issue] = issuesOf({ ...command, experiment_name: "日本" });
    expect(issue).toEqual({
      pointer: "/experiment_name",
      code: "unsupported_by_backend",
      message: expect.stringMatching(/beginning with a letter or digit\.$/),
    });
  });

  test("a job without an experiment, or with an empty one, is supported", () => {
    expect(unsupported(command)).toEqual([]);
    expect(unsupported({ ...command, experiment_name: "" })).toEqual([]);
  });

  test("all reasons are reported", () => {
    expect(unsupported({ ...tuning, experiment_name: "a b", compute: "local" })).toEqual([
      "/compute",
      "/type",
      "/experiment_name",
    ]);
  });

  test("a finetuning job is unsupported without a preview version of the API", () => {
    expect(unsupported(tuning)).toEqual(["/type"]);
    expect(unsupported(tuning, "2026-03-15-preview")).toEqual([]);
  });
});
