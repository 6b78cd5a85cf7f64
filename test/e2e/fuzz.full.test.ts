import { readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { countLostSlots } from "../support/aborted-requests.ts";
import { type FuzzOptions, type FuzzRequest, fuzzRequest } from "../support/fuzz/fuzz-request.ts";
import { createRandom } from "../support/fuzz/random.ts";
import { jobYaml, runToEnd, stdLog } from "../support/job-client.ts";
import { memoryMiB, openFiles } from "../support/process-figures.ts";
import { rawRequest } from "../support/raw-http.ts";
import { callsOf, registered } from "../support/registered-functions.ts";
import { send } from "../support/send.ts";
import { dataFolder, removeData, type ServiceProcess, startOn } from "../support/service-process.ts";
import { until } from "../support/until.ts";

/** The seed determines the requests: JOBGATE_FUZZ_SEED=7 npm run test:full -- test/e2e/fuzz.full.test.ts */
const seed = Number(process.env.JOBGATE_FUZZ_SEED ?? 1);
const requests = Number(process.env.JOBGATE_FUZZ_REQUESTS ?? 20_000);
const atOnce = 8;
const slowMs = 2000;
const lostMs = 20_000;
const places = 100;

let service: ServiceProcess;
let data: string;
let temporary: string;
let options: FuzzOptions;

beforeAll(async () => {
  data = await dataFolder();
  temporary = await mkdtemp(join(tmpdir(), "jobgate-fuzz-"));
  const limits = {
    AzureFunctionsJobHost__extensions__http__maxOutstandingRequests: String(places),
    AzureFunctionsJobHost__extensions__http__maxConcurrentRequests: String(places / 2),
  };
  service = await startOn(data, ["--quiet"], { environment: { ...limits, TMPDIR: temporary } });
  const command = jobYaml(
    "mkdir -p outputs/d; echo out > outputs/d/a.txt; head -c 300000 /dev/zero > outputs/zeros; echo log",
  );
  const jobs = await Promise.all([runToEnd(service.url, command), runToEnd(service.url, command)]);
  options = {
    calls: callsOf(await registered()),
    names: jobs.map(({ name }) => name),
    files: [stdLog, "user_logs%2Fstd_log.txt", "d/a.txt", "zeros", "none.txt", "user_logs"],
  };
});
afterAll(async () => {
  try {
    await service.stop();
  } finally {
    await removeData(data);
    await rm(temporary, { recursive: true, force: true });
  }
});

interface Outcome {
  readonly status: number | undefined;
  readonly text: string;
  readonly ms: number;
}

/** Sends a request. The status is undefined if the connection was closed without a response. */
async function perform({ bytes, end }: FuzzRequest): Promise<Outcome> {
  const started = performance.now();
  const connection = rawRequest(service.url, bytes);
  const { socket, closed, text } = connection;
  const lost = setTimeout(() => socket.destroy(), lostMs);
  if (end !== "wait" && socket.connecting)
    await Promise.race([new Promise((resolve) => socket.once("connect", resolve)), closed]);
  if (end === "close while it is answered")
    await Promise.race([closed, until(text, (answer) => answer !== "", lostMs, 5).catch(() => {})]);
  if (end === "half-close") socket.end();
  else if (end === "reset") socket.resetAndDestroy();
  else if (end !== "wait") socket.destroy();
  await closed;
  clearTimeout(lost);
  const status = /^(?:HTTP\/1\.1 1\d\d .*?\r\n\r\n)*HTTP\/1\.1 (\d{3}) /s.exec(text())?.[1];
  return { status: status === undefined ? undefined : Number(status), text: text(), ms: performance.now() - started };
}

/** Indices of requests that took long while others were in progress. */
const slow: number[] = [];
const requestAt = (index: number) => fuzzRequest(createRandom(seed * 1_000_003 + index), options);

/** Sends a request and returns the problem with its response, if any. */
async function check(index: number): Promise<string | undefined> {
  const request = requestAt(index);
  const { status, text, ms } = await perform(request);
  if (status !== undefined && status >= 500 && !(status === 503 && text.includes('"unavailable"')))
    return `${status}: ${text.slice(0, 600)}`;
  if (request.end !== "wait") return undefined;
  if (ms >= lostMs) return "It was never answered.";
  if (ms > slowMs) slow.push(index);
  return undefined;
}

/** Repeats a slow request alone, because the machine may have been busy. It is a problem if it is slow three times. */
async function checkAlone(index: number): Promise<string | undefined> {
  const times: number[] = [];
  while (times.length < 3) {
    const { ms } = await perform(requestAt(index));
    if (ms <= slowMs) return undefined;
    times.push(Math.round(ms));
  }
  return `It took ${times.join(", ")} ms.`;
}

test(`answers ${requests} hostile requests of seed ${seed} without errors, delays or leaks`, async () => {
  const wrong: string[] = [];
  let next = 0;
  let memory = 0;
  let files = 0;
  const note = (index: number, problem: string | undefined) => {
    const { end, bytes } = requestAt(index);
    if (problem !== undefined)
      wrong.push(`request ${index} (${end}): ${problem}\n${JSON.stringify(bytes.toString("latin1").slice(0, 600))}`);
  };
  const client = async () => {
    for (let index = next++; index < requests && wrong.length < 20; index = next++) {
      if (index === Math.floor(requests / 4)) {
        memory = memoryMiB(service.child.pid ?? 0).now;
        files = openFiles(service.child.pid ?? 0);
      }
      note(index, service.child.exitCode === null ? await check(index) : "The service has ended.");
    }
  };
  await Promise.all(Array.from({ length: atOnce }, client));
  for (const index of slow.slice(0, 20)) note(index, await checkAlone(index));
  expect.soft(wrong, `Failed with JOBGATE_FUZZ_SEED=${seed}`).toEqual([]);

  const pid = service.child.pid ?? 0;
  expect((await send(service.url, "GET /api/health")).status).toBe(200);
  const half =
    "POST /api/jobs?dry_run=true HTTP/1.1\r\nHost: localhost\r\n" +
    "Content-Type: application/yaml\r\nContent-Length: 1000\r\n\r\nx";
  expect(
    await until(
      () => countLostSlots(service.url, half, places),
      (lost) => lost === 0,
    ),
  ).toBe(0);
  expect(
    await until(
      () => readdirSync(temporary),
      (left) => left.length === 0,
    ),
  ).toEqual([]);
  await until(
    () => openFiles(pid),
    (open) => open <= files + 20,
  );
  console.log(
    `Memory: ${memory.toFixed(0)} MiB after a quarter of requests, ${memoryMiB(pid).now.toFixed(0)} MiB at the end.`,
  );
  expect(memoryMiB(pid).now).toBeLessThan(memory + 150);
});
