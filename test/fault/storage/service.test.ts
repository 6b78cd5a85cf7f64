/** The running service during failures of its storage: app, host, job processes, and Azurite behind faulty proxies. */
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type RunningHost, startHost } from "../../../local/host/start-host.ts";
import { bundle } from "../../../scripts/bundle.ts";
import { type FaultyStorage, startFaultyStorage } from "../../support/faulty-storage.ts";
import { getJob, type JobDocument, jobYaml, type Problem, submit, waitForEnd, yaml } from "../../support/job-client.ts";
import { send } from "../../support/send.ts";
import { dataFolder, removeData, root } from "../../support/service-process.ts";
import { until } from "../../support/until.ts";

let storage: FaultyStorage;
let host: RunningHost;
let data: string;
const lines: string[] = [];

beforeAll(async () => {
  data = await dataFolder();
  [storage] = await Promise.all([startFaultyStorage(), bundle(join(data, "app"))]);
  host = await startHost({
    appDirectory: root,
    entry: join(data, "app", "main.cjs"),
    port: 0,
    queueLeaseMs: 30_000,
    log: (line) => lines.push(line),
    settings: {
      AZURE_FUNCTIONS_ENVIRONMENT: "Development",
      AzureWebJobsStorage: storage.connectionString,
      JOBS_AUTH: "none",
      JOBS_BACKEND: "local",
      JOBS_DATA_DIR: join(data, "jobs"),
      JOBS_POLL_SCHEDULE: "* * * * * *",
      JOBS_HEAL_SCHEDULE: "0 * * * * *",
      JOBS_INBOX_SCHEDULE: "0 */5 * * * *",
    },
  });
});
afterAll(async () => {
  await host.stop();
  await storage.stop();
  await removeData(data);
});
afterEach(() => storage.setAll({ kind: "none" }));

const body = jobYaml("echo hello");
const post = () => send(host.url, "POST /api/jobs", { headers: yaml, body });
const isReady = async () => (await send(host.url, "GET /api/health/ready")).status === 200;

test("completes a job that runs during an outage of storage", async () => {
  const job = await submit(host.url, jobYaml("sleep 2; echo hello"));
  await until(
    () => getJob(host.url, job.name),
    ({ status }) => status !== "NotStarted",
  );
  await storage.setAll({ kind: "reset" });
  await until(
    () => storage.faultCount(),
    (struck) => struck > 5,
  );
  await storage.setAll({ kind: "none" });
  const finished: JobDocument = await waitForEnd(host.url, job.name);
  expect(finished.status).toBe("Completed");
  expect((await send(host.url, `GET /api/jobs/${job.name}/log_files/user_logs/std_log.txt`)).text).toContain("hello");
});

test.each([
  ["refuse", 5000],
  ["silence", 10_000],
] as const)(
  "rejects a submission during the storage fault %s with 503 within %i ms, and recovers afterwards",
  async (kind, withinMs) => {
    await storage.setAll({ kind });
    const started = performance.now();
    const answer = await post();
    expect(performance.now() - started).toBeLessThan(withinMs);
    expect(answer.status).toBe(503);
    expect(Number(answer.headers["retry-after"])).toBeGreaterThan(0);
    expect(answer.json<Problem>()).toMatchObject({ code: "unavailable", detail: expect.any(String) });
    expect(answer.text).not.toMatch(/sig=|AccountKey|Authorization/i);
    await storage.setAll({ kind: "none" });
    const job = await submit(host.url, body);
    expect((await waitForEnd(host.url, job.name)).status).toBe("Completed");
  },
);

test("passes liveness but not readiness while storage does not respond, and both afterwards", async () => {
  await storage.setAll({ kind: "silence" });
  await until(isReady, (ready) => !ready);
  expect((await send(host.url, "GET /api/health")).status).toBe(200);
  await storage.setAll({ kind: "none" });
  await until(isReady, (ready) => ready);
});

test("logs an outage once for each queue, with one stack trace of the timer and one line for the request", async () => {
  const before = lines.length;
  await storage.setAll({ kind: "refuse" });
  const news = () => lines.slice(before);
  await post();
  await until(news, (all) => all.filter((line) => line.includes("'Functions.poll-jobs' (Failed")).length > 2);
  expect(news().filter((line) => line.includes("Queue job-dispatch cannot be read"))).toHaveLength(1);
  expect(news().filter((line) => /'Functions\.poll-jobs' \(Failed.*\n {4}at /s.test(line)).length).toBeLessThanOrEqual(
    1,
  );
  expect(news().join("\n")).toMatch(/warning: POST \/api\/jobs is rejected: 503 unavailable: .*\n\[/);
  await storage.setAll({ kind: "none" });
  await until(news, (all) => all.some((line) => line.includes("Queue job-dispatch can be read again.")));
});
