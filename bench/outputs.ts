import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { BlobServiceClient, type ContainerClient } from "@azure/storage-blob";
import { connectionStringOf } from "../local/azurite/find-azurite.ts";
import { type Figure, median } from "./figures.ts";
import { type BenchService, startBenchService } from "./service.ts";

const rounds = 3;
const files = 2_000;
/** Number of outputs of the job whose log is read during their upload. */
const filesBesideLog = 1_500;
const yaml = { "content-type": "application/yaml" };
/** The concurrency of the local backend's uploads and of a deletion. */
const uploadsAtOnce = 8;
const deletesAtOnce = 16;

/**
 * Time from the end of a command with many small outputs to the outcome of its job, and of their deletion, compared
 * with the same number of bare calls with the same concurrency on the same Azurite. Also the time until the last line
 * of a log can be read.
 */
export async function benchOutputs(): Promise<readonly Figure[]> {
  // On a busy machine, a call that takes too long would postpone the rest of a deletion to the timer heal-jobs.
  const service = await startBenchService({ JOBS_STORAGE_TIMEOUT_MS: "30000" });
  try {
    const blobs = BlobServiceClient.fromConnectionString(
      connectionStringOf(join(service.data, "azurite")),
    ).getContainerClient("job-outputs");
    const times = {
      up: [] as number[],
      bareUp: [] as number[],
      down: [] as number[],
      bareDown: [] as number[],
      lastLine: [] as number[],
    };
    // The first job creates the containers, tables and queues.
    await runJob(service, "first", 1);
    for (let round = 0; round < rounds; round++) {
      const names = Array.from({ length: files }, (_, index) => `floor-${round}/outputs/f${index}`);
      const listed = names.toSorted((a, b) => (a < b ? -1 : 1));
      // Nothing else is stored, and blobs are deleted in listing order, because the time in Azurite depends on both.
      times.bareUp.push(await timed(() => each(names, uploadsAtOnce, (name) => put(blobs, name))));
      times.bareDown.push(await timed(() => each(listed, deletesAtOnce, (name) => blobs.getBlobClient(name).delete())));
      times.up.push((await runJob(service, `up-${round}`, files)).uploadMs);
      times.down.push(await timed(() => deleteJob(service, `up-${round}`, blobs)));
      times.lastLine.push((await runJob(service, `log-${round}`, filesBesideLog, true)).lastLineMs);
      await deleteJob(service, `log-${round}`, blobs);
    }
    const figure = (what: string, value: number, floor: string, bare: number, limit: number): Figure => ({
      bench: "outputs",
      what,
      value,
      unit: "ms",
      floor: { what: floor, value: bare },
      limit,
    });
    return [
      figure(
        `${files} small outputs, from the end of the command to the outcome`,
        median(times.up),
        "as many bare PUTs, 8 at once",
        median(times.bareUp),
        2,
      ),
      figure(
        `DELETE of a job with ${files} outputs`,
        median(times.down),
        "as many bare DELETEs, 16 at once",
        median(times.bareDown),
        1.5,
      ),
      {
        bench: "outputs",
        what: `the last line of a log can be read, with ${filesBesideLog} outputs`,
        value: median(times.lastLine),
        unit: "ms",
        limit: 1_000,
      },
    ];
  } finally {
    await service.stop();
  }
}

async function put(blobs: ContainerClient, name: string): Promise<void> {
  await blobs
    .getBlockBlobClient(name)
    .upload("hello\n", 6, { blobHTTPHeaders: { blobContentType: "application/octet-stream" } });
}

/** Runs a job with `count` outputs until it is Completed. */
async function runJob(
  service: BenchService,
  name: string,
  count: number,
  readsLog = false,
): Promise<{ readonly uploadMs: number; readonly lastLineMs: number }> {
  const folder = join(service.data, "jobs", name);
  const command = `mkdir outputs; for i in $(seq ${count}); do echo hello > outputs/f$i; done; echo LAST LINE`;
  await call(
    service,
    `PUT /api/jobs/${name}`,
    `command: ${JSON.stringify(command)}\nenvironment: azureml:any@latest\n`,
  );
  let readAt = Number.NaN;
  while (readsLog && Number.isNaN(readAt)) {
    await sleep(20);
    const response = await fetch(`${service.url}/api/jobs/${name}/log_files/user_logs/std_log.txt`);
    if ((await response.text()).includes("LAST LINE")) readAt = Date.now();
  }
  const shipped = join(folder, "shipped.json");
  while (!existsSync(shipped)) await sleep(20);
  const { finished_at } = JSON.parse(readFileSync(join(folder, "exit.json"), "utf8")) as {
    readonly finished_at: string;
  };
  const endedAt = Date.parse(finished_at);
  const uploadMs = statSync(shipped).mtimeMs - endedAt;
  for (;;) {
    const { status } = (await (await call(service, `GET /api/jobs/${name}`)).json()) as { readonly status: string };
    if (status === "Completed") return { uploadMs, lastLineMs: readAt - endedAt };
    if (status === "Failed") throw new Error(`Job ${name} failed.`);
    await sleep(200);
  }
}

/** Deletes a job and waits until none of its outputs is stored, which may be after the response. */
async function deleteJob(service: BenchService, name: string, blobs: ContainerClient): Promise<void> {
  await call(service, `DELETE /api/jobs/${name}`);
  while ((await blobs.listBlobsFlat({ prefix: `${name}/` }).next()).done !== true) await sleep(200);
}

async function call(service: BenchService, request: string, body?: string): Promise<Response> {
  const [method = "", path = ""] = request.split(" ");
  const send = () => fetch(`${service.url}${path}`, { method, ...(body === undefined ? {} : { headers: yaml, body }) });
  let response = await send();
  // A busy machine may respond with 503; each of these requests is safe to repeat.
  for (let tries = 1; response.status === 503 && tries < 10; tries++) {
    await sleep(1_000);
    response = await send();
  }
  if (!response.ok) throw new Error(`${request} returned ${response.status}: ${await response.text()}`);
  return response;
}

async function each<T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<unknown>): Promise<void> {
  let next = 0;
  const worker = async () => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}
