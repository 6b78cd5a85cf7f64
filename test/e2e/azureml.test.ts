import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { getJob, getLog, runToEnd, submit, waitForEnd, waitForLog, waitForStatus } from "../support/job-client.ts";
import { send } from "../support/send.ts";
import { dataFolder, removeData, root, startOn, useService } from "../support/service-process.ts";
import { until } from "../support/until.ts";
import { zipOf } from "../support/zip.ts";

const service = useService(["--backend", "azureml"]);
const helloWorld = readFileSync(join(root, "examples/hello-world.yml"));
const jobWithCourse = (course: string) =>
  helloWorld.toString().replace("tags:", `tags:\n  azureml_server.course: ${course}`);

describe("npm start -- --backend azureml, without a workspace", () => {
  test("is ready", async () => {
    expect(await send(service().url, "GET /api/health/ready").then((answer) => answer.status)).toBe(200);
  });

  test("runs a job with the requests that Azure ML would receive, up to its log", async () => {
    const job = await runToEnd(service().url, helloWorld);
    expect(job).toMatchObject({
      status: "Completed",
      id: expect.stringMatching(/^azureml:\/subscriptions\/.*\/workspaces\/workspace\/jobs\//),
      studio_url: expect.stringContaining(`https://ml.azure.com/runs/${job.name}`),
      services: { Studio: { type: "Studio" }, Tracking: { type: "Tracking" } },
    });
    expect(job.error).toBeUndefined();
    expect((await getLog(service().url, job.name)).text).toMatch(
      /Command: echo "hello world"\n.*The job has ended\.\n$/s,
    );
    expect((await getLog(service().url, job.name, { range: "bytes=-11" })).text).toBe("has ended.\n");
  });

  test("returns signed log URLs and logs none of them", async () => {
    const { name } = await runToEnd(service().url, helloWorld);
    const answer = await send(service().url, `GET /api/jobs/${name}/log_files`);
    const [url = ""] = Object.values(answer.json<Record<string, string>>());
    expect(new URL(url).searchParams.get("sp")).toBe("r");
    expect((await fetch(url)).status).toBe(200);
    expect(JSON.stringify(await getJob(service().url, name))).not.toContain("sig=");
    expect(service().output()).not.toContain("sig=");
  });

  test("reports the error of Azure ML for a failed job", async () => {
    expect(await runToEnd(service().url, jobWithCourse("fails"))).toMatchObject({
      status: "Failed",
      error: { code: "UserError", message: expect.stringContaining("exited with status code 1") },
    });
  });

  test("cancels a running job", async () => {
    const { name } = await submit(service().url, jobWithCourse("lasts"));
    await waitForStatus(service().url, name, "Running");
    await waitForLog(service().url, name, "second 1");
    expect((await send(service().url, `POST /api/jobs/${name}/cancel`)).status).toBe(200);
    expect(await waitForEnd(service().url, name)).toMatchObject({ status: "Canceled" });
  });

  test("lists the nodes of a running pipeline as children", async () => {
    const { name } = await submit(service().url, readFileSync(join(root, "examples/pipeline.yml")));
    await waitForEnd(service().url, name);
    const children = (await send(service().url, `GET /api/jobs/${name}/children`)).json<{
      value: readonly object[];
      nextLink?: string;
    }>();
    expect(children.value.length).toBeGreaterThan(0);
    expect(children.value[0]).toMatchObject({
      name: expect.stringContaining(name),
      display_name: expect.any(String),
      status: "Completed",
    });
    expect(children.nextLink).toBeUndefined();
    const pages: object[][] = [];
    let next: string | undefined = `/api/jobs/${name}/children?maxpagesize=1`;
    while (next !== undefined) {
      const page: typeof children = (await send(service().url, `GET ${next}`)).json();
      pages.push([...page.value]);
      next = page.nextLink?.slice(service().url.length);
    }
    expect(pages).toEqual(children.value.map((child) => [child]));
    const damaged = await send(service().url, `GET /api/jobs/${name}/children?continuation=q`);
    expect([damaged.status, damaged.json<{ code: string }>().code]).toEqual([400, "invalid_query"]);
    const [child = { name: "" }] = children.value as readonly { readonly name: string }[];
    for (const path of ["", "/log_files", "/children"])
      expect((await send(service().url, `GET /api/jobs/${child.name}${path}`)).status).toBe(404);
  });

  test("uploads the code and data of a job", async () => {
    const folder = join(root, "examples/train-from-files");
    const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
      statSync(join(folder, name)).isFile(),
    );
    const body = zipOf(Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name))])));
    expect(await runToEnd(service().url, body, { "content-type": "application/zip" })).toMatchObject({
      status: "Completed",
      code: "src",
    });
  });

  test("rejects a job with compute local", async () => {
    const answer = await send(service().url, "POST /api/jobs", {
      headers: { "content-type": "application/yaml" },
      body: `${helloWorld}compute: local\n`,
    });
    expect([answer.status, answer.text]).toEqual([422, expect.stringContaining("compute is local")]);
  });

  test("warns of an experiment name in a dry run, rejects it on submission and accepts the suggested one", async () => {
    const headers = { "content-type": "application/yaml" };
    const body = `${helloWorld}experiment_name: feature/add-x\n`;
    const issue = {
      pointer: "/experiment_name",
      line: body.split("\n").length - 1,
      message: expect.stringContaining('experiment_name is "feature/add-x"; expected 1 to 256 letters'),
      suggestion: [{ op: "replace", path: "/experiment_name", value: "feature-add-x" }],
    };
    const dryRun = await send(service().url, "POST /api/jobs?dry_run=true", { headers, body });
    expect([dryRun.status, dryRun.json()]).toMatchObject([
      200,
      { valid: true, submittable: false, warnings: [{ ...issue, blocks_submission: true }] },
    ]);
    const refused = await send(service().url, "POST /api/jobs", { headers, body });
    expect([refused.status, refused.json()]).toMatchObject([
      422,
      { code: "unsupported_by_backend", detail: expect.stringContaining("experiment_name"), issues: [issue] },
    ]);
    expect(await runToEnd(service().url, body.replace("feature/add-x", "feature-add-x"))).toMatchObject({
      status: "Completed",
      experiment_name: "feature-add-x",
    });
  });

  test("makes a valid experiment name of the folder of a job", async () => {
    const body = zipOf({ "my école 1.0/job.yml": helloWorld });
    const path = `POST /api/jobs?job=${encodeURIComponent("my école 1.0/job.yml")}`;
    const answer = await send(service().url, path, { headers: { "content-type": "application/zip" }, body });
    expect([answer.status, answer.text]).toEqual([201, expect.stringContaining('"experiment_name":"myecole1-0"')]);
    const { name } = answer.json<{ name: string }>();
    expect(await waitForEnd(service().url, name)).toMatchObject({ status: "Completed" });
  });
});

/** Creates a data folder with a running job whose service was stopped. */
async function folderWithRunningJob(): Promise<{ readonly data: string; readonly name: string }> {
  const data = await dataFolder();
  onTestFinished(() => removeData(data));
  const service = await startOn(data, ["--backend", "azureml"]);
  const { name } = await submit(service.url, jobWithCourse("lasts"));
  await waitForStatus(service.url, name, "Running");
  await service.stop();
  return { data, name };
}

test("keeps the simulated job of a stopped service", async () => {
  const { data, name } = await folderWithRunningJob();
  const second = await startOn(data, ["--backend", "azureml"]);
  onTestFinished(() => void second.kill());
  expect((await send(second.url, `POST /api/jobs/${name}/cancel`)).status).toBe(200);
  expect(await waitForEnd(second.url, name)).toMatchObject({ status: "Canceled" });
});

test("reports the jobs of another backend in the log and on each job, and continues them with it", async () => {
  const { data, name } = await folderWithRunningJob();
  const second = await startOn(data, ["--quiet"]);
  onTestFinished(() => void second.kill());
  await until(second.output, (text) => text.includes("Open jobs of the backend azureml: 1. This service runs local"));
  const noted = { code: "other_backend", message: expect.stringContaining("belongs to the backend azureml") };
  expect(await getJob(second.url, name)).toMatchObject({ status: "Running", notice: noted });
  await second.stop();

  const third = await startOn(data, ["--backend", "azureml"]);
  onTestFinished(() => void third.kill());
  await until(
    () => getJob(third.url, name),
    (job) => job.notice === undefined,
  );
  expect((await send(third.url, `POST /api/jobs/${name}/cancel`)).status).toBe(200);
  expect(await waitForEnd(third.url, name)).toMatchObject({ status: "Canceled" });
});
