// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Azure ML writes its bindings so
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import "../../shared/core/job/load-job.ts";
import { loadJob } from "../../shared/core/job/load-job.ts";
import {
  getLog,
  type JobDocument,
  jobYaml,
  json,
  type Problem,
  runToEnd,
  stdLog,
  submit,
  waitForEnd,
  waitForLog,
  waitForStatus,
  yaml,
} from "../support/job-client.ts";
import { blobText } from "../support/read-storage.ts";
import { send } from "../support/send.ts";
import { root, useService } from "../support/service-process.ts";

const service = useService();
const example = (file: string) => readFileSync(join(root, "examples", file));

/** Texts in the log of each example. */
const logPatterns: Readonly<Record<string, RegExp>> = {
  "hello-world.yml": /^hello world$/m,
  "hello-world.json": /^hello world$/m,
  "environment-variables.yml": /^hello world from \w+$/m,
  "inputs-and-outputs.yml": /^hello world 1\nhello world 2\nhello world 3$/m,
  "letter.yml": /^Hello, world\nHello, world\nHello, world$/m,
};

/** Examples for Azure ML, and the error of the local backend for each. */
const refused: Readonly<Record<string, readonly [status: number, code: string]>> = {
  "sweep.yml": [422, "unsupported_by_backend"],
  "automl.yml": [422, "unsupported_by_backend"],
  "pipeline.yml": [422, "unsupported_by_backend"],
  "pipeline-with-components.yml": [422, "unsupported_by_backend"],
  "spark.yml": [422, "unsupported_by_backend"],
  "finetuning.yml": [422, "unsupported_by_backend"],
  "finetuning-azure-openai.yml": [422, "unsupported_by_backend"],
  "distillation.yml": [422, "unsupported_by_backend"],
  "import.yml": [422, "unsupported_by_backend"],
  "train-distributed.yml": [422, "unsupported_by_backend"],
};

describe("hello-world.yml", () => {
  let job: JobDocument;
  beforeAll(async () => {
    job = await runToEnd(service().url, example("hello-world.yml"));
  });

  test("is Completed, with times and log files", () => {
    expect(job).toMatchObject({
      status: "Completed",
      type: "command",
      display_name: "hello-world",
      experiment_name: "Default",
      command: 'echo "hello world"',
      tags: { example: "hello-world" },
      creation_context: { created_by: "local" },
      log_files: { [stdLog]: `${service().url}/api/jobs/${job.name}/log_files/${stdLog}` },
      archived: false,
    });
    expect(job.error).toBeUndefined();
    expect(Date.parse(job.started_at ?? "")).toBeLessThanOrEqual(Date.parse(job.finished_at ?? ""));
  });

  test("returns the log as plain text that no browser interprets", async () => {
    const answer = await getLog(service().url, job.name);
    expect(answer).toMatchObject({
      status: 200,
      headers: { "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff" },
    });
    expect(answer.text).toMatch(
      /^\[jobgate\] Job \S+ runs as a process.*library\/python:latest.*^hello world\n\[jobgate\] The job is Completed\.\n$/ms,
    );
  });

  test("returns ranges of the log", async () => {
    const whole = (await getLog(service().url, job.name)).text;
    const size = Buffer.byteLength(whole);
    expect(await getLog(service().url, job.name, { range: "bytes=1-7" })).toMatchObject({
      status: 206,
      text: whole.slice(1, 8),
      headers: { "content-range": `bytes 1-7/${size}`, "content-length": "7" },
    });
    expect((await getLog(service().url, job.name, { range: "bytes=-11" })).text).toBe("Completed.\n");
    expect(await getLog(service().url, job.name, { range: `bytes=${size}-` })).toMatchObject({
      status: 416,
      headers: { "content-range": `bytes */${size}` },
    });
  });

  test("returns 304 for an unchanged log", async () => {
    const { etag = "" } = (await getLog(service().url, job.name)).headers;
    expect(await getLog(service().url, job.name, { "if-none-match": etag })).toMatchObject({
      status: 304,
      text: "",
      headers: { etag },
    });
  });

  test("stores the submitted job as YAML in the container jobs", async () => {
    const dump = await blobText(service().data, "jobs", `${job.name}/job.yml`);
    const loaded = loadJob(dump).job?.toObject();
    expect(loaded).toEqual({
      ...loadJob(example("hello-world.yml")).job?.toObject(),
      name: job.name,
      experiment_name: "Default",
    });
    expect(dump).not.toContain("status");
  });

  test("has a timeline with each status once, from NotStarted to Completed", async () => {
    const answer = await send(service().url, `GET /api/jobs/${job.name}/timeline`);
    const { value } = answer.json<{ value: { seq: number; status: string; at: string; source: string }[] }>();
    expect(value[0]).toMatchObject({ seq: 1, status: "NotStarted", source: "service" });
    expect(value.at(-1)).toMatchObject({ status: "Completed", source: "backend" });
    expect(value.map(({ seq }) => seq)).toEqual(value.map((_, index) => index + 1));
    for (const [index, { at }] of value.entries()) expect(at >= (value[index - 1]?.at ?? "")).toBe(true);
    expect(new Set(value.map(({ status }) => status)).size).toBe(value.length);
  });

  test("returns 304 for an unchanged job", async () => {
    const { headers } = await send(service().url, `GET /api/jobs/${job.name}`);
    expect(headers.etag).toBe(`"${job.revision}"`);
    const again = await send(service().url, `GET /api/jobs/${job.name}`, {
      headers: { "if-none-match": `"0", ${headers.etag}` },
    });
    expect(again).toMatchObject({ status: 304, text: "", headers: { etag: headers.etag } });
    expect(
      await send(service().url, `GET /api/jobs/${job.name}`, { headers: { "if-none-match": '"0"' } }),
    ).toMatchObject({ status: 200 });
  });

  test("is returned as current YAML, which can be submitted again", async () => {
    const answer = await send(service().url, `GET /api/jobs/${job.name}`, { headers: { accept: "application/yaml" } });
    expect(answer.headers).toMatchObject({ "content-type": "application/yaml", etag: `"${job.revision}-yaml"` });
    expect(answer.text).toMatch(/^status: Completed$/m);
    expect(answer.text).toMatch(/^creation_context:\n {2}created_at: /m);
    const renamed = answer.text.replace(`name: ${job.name}\n`, `name: again-${job.name}\n`);
    expect(await runToEnd(service().url, renamed)).toMatchObject({ status: "Completed", name: `again-${job.name}` });
  });

  test("has a log URL that grants access to this log only", async () => {
    const answer = await send(service().url, `GET /api/jobs/${job.name}/log_files`);
    expect(answer.headers["cache-control"]).toBe("no-store");
    const { [stdLog]: url = "", ...others } = answer.json<Record<string, string>>();
    expect(others).toEqual({});
    const read = await fetch(url);
    expect([read.status, await read.text()]).toEqual([200, (await getLog(service().url, job.name)).text]);
    const put = await fetch(url, { method: "PUT", body: "no", headers: { "x-ms-blob-type": "BlockBlob" } });
    expect(put.status).toBe(403);
    expect((await fetch(url, { method: "DELETE" })).status).toBe(403);
    const other = await submit(service().url, example("hello-world.yml"));
    await waitForEnd(service().url, other.name);
    expect((await fetch(url.replace(job.name, other.name))).status).toBe(403);
  });

  test("is first in the list, and found by its tag", async () => {
    const later = await submit(service().url, example("hello-world.yml"));
    const list = (await send(service().url, "GET /api/jobs"))
      .json<{ value: { name: string }[] }>()
      .value.map(({ name }) => name);
    expect(list.indexOf(later.name)).toBeGreaterThanOrEqual(0);
    expect(list.indexOf(later.name)).toBeLessThan(list.indexOf(job.name));
    const tagged = await send(service().url, "GET /api/jobs?tag=example:hello-world&status=Completed");
    expect(tagged.json<{ value: object[] }>().value).toContainEqual(
      expect.objectContaining({ name: job.name, status: "Completed" }),
    );
  });
});

test("validates every example", () => {
  const files = readdirSync(join(root, "examples")).filter((file) => /\.(?:yml|json)$/.test(file));
  expect(new Set([...Object.keys(logPatterns), ...Object.keys(refused)])).toEqual(new Set(files));
});

test.each(Object.entries(refused))("rejects %s, which needs Azure ML: %j", async (file, [status, code]) => {
  const answer = await send(service().url, "POST /api/jobs", { headers: yaml, body: example(file) });
  expect([answer.status, answer.json<Problem>().code]).toEqual([status, code]);
});

test.each(Object.keys(logPatterns).filter((file) => file !== "hello-world.yml"))("runs %s", async (file) => {
  const job = await runToEnd(service().url, example(file), file.endsWith(".json") ? json : yaml);
  expect(job).toMatchObject({ status: "Completed" });
  expect((await getLog(service().url, job.name)).text).toMatch(logPatterns[file] ?? /^$/);
});

/** Public examples of Azure ML. */
const basics = join(root, "test/data/azureml-examples/cli/jobs/basics");
const published = readdirSync(basics).filter((file) => file.endsWith(".yml"));
const runHere = ["hello-world-org.yml", "hello-world-env-var.yml"];

test.each(runHere)("runs the published example %s", async (file) => {
  const job = await runToEnd(service().url, readFileSync(join(basics, file)));
  expect(job).toMatchObject({ status: "Completed" });
  expect((await getLog(service().url, job.name)).text).toMatch(/^hello world$/m);
});

test.each(published.filter((file) => !runHere.includes(file)))(
  "rejects the published example %s with the reason",
  async (file) => {
    const answer = await send(service().url, "POST /api/jobs", {
      headers: yaml,
      body: readFileSync(join(basics, file)),
    });
    expect([400, 422]).toContain(answer.status);
    const { code, issues = [] } = answer.json<Problem>();
    expect(["invalid_job", "unsupported_by_backend"]).toContain(code);
    expect(issues.length).toBeGreaterThan(0);
  },
);

test("stores the outputs of a job", async () => {
  const job = await runToEnd(service().url, example("inputs-and-outputs.yml"));
  expect(await blobText(service().data, "job-outputs", `${job.name}/report/greetings.txt`)).toBe(
    "hello world 1\nhello world 2\nhello world 3\n",
  );
  expect((await blobText(service().data, "job-outputs", `${job.name}/outputs/count.txt`)).trim()).toBe("3");
});

test("finishes a job with outputs that cannot be stored, lists them in the log, and can delete the job", async () => {
  const { url, data } = service();
  const deep = "d=$(printf 'x%.0s' $(seq 200)); for i in $(seq 30); do mkdir $d; cd $d; done; echo lost > file";
  const job = await runToEnd(
    url,
    jobYaml(`mkdir outputs; cd outputs; echo kept > a; echo lost > "$(printf 'bad\\xff.txt')"; ${deep}; exit 4`),
  );
  expect(job).toMatchObject({ status: "Failed", error: { message: "The command exited with code 4." } });
  const { text } = await getLog(url, job.name);
  expect(text).toContain('[jobgate] "outputs/bad\\xff.txt" is not stored: its name is not valid UTF-8.\n');
  expect(text).toMatch(/\[jobgate\] "outputs\/x+\.\.\." is not stored: its path is longer than storage allows\.\n/);
  expect(await blobText(data, "job-outputs", `${job.name}/outputs/a`)).toBe("kept\n");
  expect(await send(url, `DELETE /api/jobs/${job.name}`)).toMatchObject({ status: 204 });
  expect(readdirSync(join(data, "jobs"))).not.toContain(job.name);
  expect(readdirSync(join(data, "jobs", ".staging"))).toEqual([]);
});

test("returns the existing job for a repeated PUT and rejects a different one", async () => {
  const put = (body: string) => send(service().url, "PUT /api/jobs/mine", { headers: yaml, body });
  const body = jobYaml("echo once >> ../../count");
  const first = await put(body);
  expect(first).toMatchObject({
    status: 201,
    headers: { location: expect.stringMatching(/\/api\/jobs\/mine$/), etag: '"1"' },
  });
  const again = await put(body);
  expect(again).toMatchObject({ status: 200, headers: { "idempotency-replayed": "true" } });
  expect(again.json().name).toBe("mine");
  expect(await put(`${body}tags: {a: b}\n`)).toMatchObject({
    status: 409,
    headers: { "x-ms-error-code": "job_exists" },
  });
  expect(await waitForEnd(service().url, "mine")).toMatchObject({ status: "Completed", tags: {} });
  expect(readFileSync(join(service().data, "jobs", "count"), "utf8")).toBe("once\n");
});

test("returns the job that a submission would store, for a dry run, and stores nothing", async () => {
  const answer = await send(service().url, "POST /api/jobs?dry_run=true", {
    headers: yaml,
    body: jobYaml("echo hi", "name: only-tried\n"),
  });
  expect(answer).toMatchObject({ status: 200 });
  expect(answer.json()).toMatchObject({
    valid: true,
    submittable: true,
    warnings: [],
    job: { name: "only-tried", command: "echo hi" },
  });
  expect(answer.json<{ yaml: string }>().yaml).toMatch(/^command: echo hi$/m);
  expect(await send(service().url, "GET /api/jobs/only-tried")).toMatchObject({ status: 404 });
});

test("reports the error of a failed job in the job and in its log", async () => {
  const job = await runToEnd(service().url, jobYaml("echo before; exit 3"));
  expect(job).toMatchObject({
    status: "Failed",
    error: { code: "command_failed", message: "The command exited with code 3." },
  });
  expect((await getLog(service().url, job.name)).text).toMatch(
    /^before\n\[jobgate\] The job is Failed: The command exited with code 3\.$/m,
  );
});

test("ends a job after limits.timeout", async () => {
  const job = await runToEnd(service().url, jobYaml("sleep 60", "limits: {timeout: 1}\n"));
  expect(job).toMatchObject({ status: "Failed", error: { code: "timed_out" } });
});

test("passes its variables to a job, but no setting of the service", async () => {
  const job = await runToEnd(service().url, jobYaml("env", "environment_variables: {MINE: '1'}\n"));
  const { text } = await getLog(service().url, job.name);
  expect(text).toMatch(/^MINE=1$/m);
  expect(text).not.toMatch(/^(AzureWebJobs|JOBS_|WEBSITE_)|AccountKey|devstoreaccount1/m);
});

test("makes the log of a running job readable within two seconds", async () => {
  const { name } = await submit(service().url, jobYaml("while true; do date +'at %s%3N'; sleep 0.2; done"));
  await expect
    .poll(
      async () => {
        const requestedAt = Date.now();
        const [, at = "0"] = /at (\d+)\n$/.exec((await getLog(service().url, name)).text) ?? [];
        return requestedAt - Number(at);
      },
      { timeout: 20_000, interval: 50 },
    )
    .toBeLessThan(2_000);
  expect(await waitForStatus(service().url, name, "Running")).toMatchObject({
    log_files: { [stdLog]: expect.any(String) },
  });
  await send(service().url, `POST /api/jobs/${name}/cancel`);
  await waitForEnd(service().url, name);
});

test("ends a canceled job with all its processes", async () => {
  const { name } = await submit(service().url, jobYaml("sleep 300 & echo pid $!; echo pid $$; wait"));
  const log = await waitForLog(service().url, name, /pid \d+\npid \d+\n/);
  expect(await send(service().url, `POST /api/jobs/${name}/cancel`)).toMatchObject({ status: 200 });
  expect(await waitForEnd(service().url, name)).toMatchObject({ status: "Canceled" });
  for (const [, pid] of log.matchAll(/pid (\d+)/g)) expect.soft(runs(Number(pid))).toBe(false);
  expect(await send(service().url, `POST /api/jobs/${name}/cancel`)).toMatchObject({ status: 200 });
});

/** Whether a process runs. A zombie counts as ended. */
function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== "linux" || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
