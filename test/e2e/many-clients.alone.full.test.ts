/** Many clients that wait or read slowly: their memory, and the response times of other clients. */
import { request } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, expect, test } from "vitest";
import { jobYaml, runToEnd, submit } from "../support/job-client.ts";
import { memoryMiB, resetPeak } from "../support/process-figures.ts";
import { rawRequest } from "../support/raw-http.ts";
import { send, type TextResponse } from "../support/send.ts";
import { useService } from "../support/service-process.ts";
import { until } from "../support/until.ts";

const service = useService();
const size = 31.5 * 1024 * 1024;
const file = "/api/jobs/large/outputs/outputs/large.bin";
const pid = () => service().child.pid ?? 0;

beforeAll(async () => {
  await runToEnd(
    service().url,
    jobYaml(`mkdir outputs; head -c ${size} /dev/zero > outputs/large.bin`, "name: large\n"),
  );
  await submit(service().url, jobYaml("sleep 600", "name: long\n"));
  await until(
    async () => (await send(service().url, "GET /api/jobs/long")).json().status,
    (status) => status === "Running",
  );
  // The first requests load modules, which these tests do not measure.
  for (let times = 0; times < 20; times += 1) await send(service().url, "GET /api/health");
});

/** The 95th percentile of the durations of 100 health requests, in milliseconds. */
async function healthP95(): Promise<number> {
  const times: number[] = [];
  for (let call = 0; call < 100; call += 1) {
    const began = performance.now();
    expect(await send(service().url, "GET /api/health")).toMatchObject({ status: 200 });
    times.push(performance.now() - began);
  }
  return times.sort((a, b) => a - b)[94] ?? Number.NaN;
}

test("responds to health requests within 100 ms (p95) and lists jobs while 250 clients wait for a job", async () => {
  const alone = await healthP95();
  const { etag = "" } = (await send(service().url, "GET /api/jobs/long")).headers;
  const stopped = new AbortController();
  const early: TextResponse[] = [];
  // Like a client that honors Retry-After.
  const waitOn = async () => {
    while (!stopped.signal.aborted) {
      const answer = await longPoll(etag, stopped.signal);
      if (answer === undefined) return;
      early.push(answer);
      await sleep(1000 * Number(answer.headers["retry-after"]), undefined, { signal: stopped.signal }).catch(
        () => undefined,
      );
    }
  };
  const clients = Array.from({ length: 250 }, waitOn);
  await until(
    () => early.length,
    (answered) => answered >= 150,
  );
  const p95 = await healthP95();
  console.log(`Health, p95: ${alone.toFixed(1)} ms alone, ${p95.toFixed(1)} ms beside 250 long polls.`);
  for (const { status, headers } of early) expect([status, headers["retry-after"]]).toEqual([304, "10"]);
  expect(await send(service().url, "GET /api/jobs")).toMatchObject({ status: 200 });
  stopped.abort();
  await Promise.all(clients);
  expect(p95).toBeLessThan(100);
});

/** Waits for a minute for a change of the job; undefined if the signal is aborted. */
function longPoll(etag: string, signal: AbortSignal): Promise<TextResponse | undefined> {
  const { hostname, port } = new URL(service().url);
  return new Promise((resolve) => {
    const sent = request(
      { hostname, port, path: "/api/jobs/long?wait=60", agent: false, headers: { "if-none-match": etag }, signal },
      (response) => {
        response.resume().on("end", () => {
          const headers = Object.fromEntries(
            Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
          );
          resolve({ status: response.statusCode ?? 0, headers, text: "", json: () => ({}) as never });
        });
      },
    );
    sent.on("error", () => resolve(undefined));
    sent.end();
  });
}

test("releases the slot of a client that closes its wait", async () => {
  const { etag = "" } = (await send(service().url, "GET /api/jobs/long")).headers;
  for (let round = 0; round < 5; round += 1) {
    const waits = Array.from({ length: 100 }, () =>
      rawRequest(
        service().url,
        `GET /api/jobs/long?wait=60 HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: ${etag}\r\n\r\n`,
      ),
    );
    await Promise.all(waits.map(({ socket }) => new Promise((resolve) => socket.once("connect", resolve))));
    for (const { socket } of waits) socket.destroy();
  }
  const stopped = new AbortController();
  // Without a free slot this wait would be answered at once.
  await until(
    async () => Promise.race([longPoll(etag, stopped.signal).then(() => "answered"), sleep(1000, "waits")]),
    (state) => state === "waits",
  );
  stopped.abort();
});

test("needs at most 150 MiB for 40 slow readers of a file of 31.5 MiB, and serves other clients", async () => {
  resetPeak(pid());
  const before = memoryMiB(pid()).now;
  const readers = Array.from({ length: 40 }, () =>
    rawRequest(service().url, `GET ${file} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`),
  );
  const begun = ({ socket }: { readonly socket: Socket }) =>
    new Promise<void>((resolve) => {
      socket.once("data", () => {
        socket.pause();
        resolve();
      });
    });
  await Promise.all(readers.map(begun));
  for (let times = 0; times < 5; times += 1) {
    const whole = await fetch(`${service().url}${file}`);
    expect((await whole.arrayBuffer()).byteLength).toBe(size);
  }
  const { peak } = memoryMiB(pid());
  console.log(`Memory: ${before.toFixed(0)} MiB before, ${peak.toFixed(0)} MiB at most with 40 slow readers.`);
  const [first, ...others] = readers;
  for (const { socket } of others) socket.destroy();
  first?.socket.resume();
  await first?.closed;
  const text = first?.text() ?? "";
  expect(text.length - text.indexOf("\r\n\r\n") - 4).toBe(size);
  expect(peak - before).toBeLessThan(150);
});
