/** A running service whose Azurite is killed before it has saved the writes of its last seconds. */
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BlobServiceClient } from "@azure/storage-blob";
import { expect, test } from "vitest";
import { getJob, jobYaml, waitForEnd, yaml } from "../../support/job-client.ts";
import { send } from "../../support/send.ts";
import { type ServiceProcess, useService } from "../../support/service-process.ts";
import { until } from "../../support/until.ts";

const keepSeconds = 12;
const service = useService([], { environment: { JOBS_LOCAL_KEEP_SECONDS: String(keepSeconds) } });
/** Interval at which Azurite saves its state. */
const saveMs = 5_000;

const savedAt = ({ data }: ServiceProcess, database: string) =>
  statSync(join(data, "azurite", `__azurite_db_${database}__.json`)).mtimeMs;

const put = (url: string, name: string, body: string) => send(url, `PUT /api/jobs/${name}`, { headers: yaml, body });
/** Undefined while the file is being written. */
function azuritePid({ data }: ServiceProcess): number | undefined {
  const text = readFileSync(join(data, "azurite", "azurite.json"), "utf8");
  return text.endsWith("\n") ? (JSON.parse(text) as { readonly pid: number }).pid : undefined;
}

let touches = 0;

/** Waits until Azurite has saved all writes so far. A new write makes it save. */
async function saved(running: ServiceProcess): Promise<void> {
  for (const database of ["blob", "table"]) {
    const before = savedAt(running, database);
    await put(running.url, `touch-${touches++}`, jobYaml("true"));
    await until(
      () => savedAt(running, database),
      (at) => at > before,
      4 * saveMs,
    );
  }
}

async function killAzurite(running: ServiceProcess): Promise<void> {
  const pid = azuritePid(running);
  if (pid === undefined) throw new Error("Azurite is not running.");
  process.kill(pid, "SIGKILL");
  await until(
    () => azuritePid(running),
    (now) => now !== undefined && now !== pid,
  );
  await until(
    async () => (await send(running.url, "GET /api/health/ready")).status,
    (status) => status === 200,
    60_000,
  );
}

const readLog = async (url: string, name: string) =>
  (await send(url, `GET /api/jobs/${name}/log_files/user_logs/std_log.txt`)).text;
const readOutput = async (url: string, name: string) =>
  (await send(url, `GET /api/jobs/${name}/outputs/outputs/a`)).text;

test("returns the outcome, log and outputs of a job whose record was lost after a repeated PUT, without a new run", {
  timeout: 180_000,
}, async () => {
  const running = service();
  const { url, data } = running;
  for (let attempt = 1; ; attempt++) {
    const name = `lost-${attempt}`;
    const count = join(data, `count-${attempt}`);
    const body = jobYaml(`echo run >> ${count}; mkdir outputs; echo kept > outputs/a; echo a line`);
    await saved(running);
    expect((await put(url, name, body)).status).toBe(201);
    await waitForEnd(url, name);
    await killAzurite(running);
    // On a busy machine the job may take longer than the interval of Azurite. Then nothing was lost.
    if ((await send(url, `GET /api/jobs/${name}`)).status !== 404 && attempt < 5) continue;

    expect((await put(url, name, body)).status).toBe(201);
    expect(await waitForEnd(url, name)).toMatchObject({ status: "Completed" });
    expect(await readLog(url, name)).toContain("a line\n[jobgate] The job is Completed.\n");
    expect(await readOutput(url, name)).toBe("kept\n");
    expect(readFileSync(count, "utf8")).toBe("run\n");
    return;
  }
});

test("uploads the log and outputs of a job again that Azurite lost", { timeout: 180_000 }, async () => {
  const running = service();
  const { url, data } = running;
  for (let attempt = 1; ; attempt++) {
    const name = `thin-${attempt}`;
    const go = join(data, `go-${attempt}`);
    await put(
      url,
      name,
      jobYaml(`until test -e ${go}; do sleep 0.05; done; mkdir outputs; echo kept > outputs/a; echo a line`),
    );
    await until(
      () => getJob(url, name),
      ({ status }) => status === "Running",
    );
    await saved(running);
    writeFileSync(go, "");
    await waitForEnd(url, name);
    await killAzurite(running);
    const isLost = !(await readLog(url, name)).includes("a line");
    if (!isLost && attempt < 5) continue;

    expect(isLost).toBe(true);
    expect(await waitForEnd(url, name)).toMatchObject({ status: "Completed" });
    await until(
      () => readLog(url, name),
      (text) => text.includes("a line\n[jobgate] The job is Completed.\n"),
      4 * keepSeconds * 1_000,
    );
    expect(await readOutput(url, name)).toBe("kept\n");
    return;
  }
});

test("finishes a job again whose record was restored to a state before its end", {
  timeout: 180_000,
}, async () => {
  const { url, data } = service();
  const go = join(data, "go-back");
  const blob = BlobServiceClient.fromConnectionString(readFileSync(join(data, "connection-string"), "utf8"))
    .getContainerClient("jobs")
    .getBlockBlobClient("back/record.json");
  await put(url, "back", jobYaml(`until test -e ${go}; do sleep 0.05; done; echo a line`));
  await until(
    () => getJob(url, "back"),
    ({ status }) => status === "Running",
  );
  const earlier = await blob.downloadToBuffer();
  writeFileSync(go, "");
  await waitForEnd(url, "back");
  await blob.uploadData(earlier);
  expect(await getJob(url, "back")).toMatchObject({ status: "Running" });
  await until(
    () => getJob(url, "back"),
    ({ status }) => status === "Completed",
    4 * keepSeconds * 1_000,
  );
  expect((await send(url, "GET /api/jobs?active=true&q=back")).json<{ value: unknown[] }>().value).toEqual([]);
});
