import { beforeAll, expect, test } from "vitest";
import { abortRequests, countLostSlots, waysToAbort } from "../support/aborted-requests.ts";
import { jobYaml, runToEnd } from "../support/job-client.ts";
import { rawRequest } from "../support/raw-http.ts";
import { send } from "../support/send.ts";
import { useService } from "../support/service-process.ts";
import { until } from "../support/until.ts";

const dropped = 1000;
// Fewer slots than the app has for any kind of request, so that each lost slot is detected.
const outstanding = 100;
const concurrent = 50;
const service = useService([], {
  environment: {
    AzureFunctionsJobHost__extensions__http__maxOutstandingRequests: String(outstanding),
    AzureFunctionsJobHost__extensions__http__maxConcurrentRequests: String(concurrent),
  },
});

const line = (method: string, path: string, more = "") =>
  `${method} /api/${path} HTTP/1.1\r\nHost: localhost\r\n${more}\r\n`;
const half = "Content-Length: 100000\r\n";
const halfSent = `${line("POST", "jobs?dry_run=true", `${half}Content-Type: application/yaml\r\n`)}command: x`;
const form = "Content-Type: multipart/form-data; boundary=x\r\n";
const requests = {
  get: line("GET", "jobs"),
  head: line("HEAD", "health"),
  refused: `${line("POST", "jobs", `${half}Content-Type: image/png\r\n`)}half`,
  halfSent,
  form:
    `${line("POST", "jobs?dry_run=true", half + form)}--x\r\n` +
    'Content-Disposition: form-data; name="bundle"; filename="a.zip"\r\n\r\nPK',
};
const kinds = Object.keys(waysToAbort({ ...requests, wait: "", download: "" }));
let waitFor: (seconds: number) => string;
let download: string;

beforeAll(async () => {
  const { name } = await runToEnd(
    service().url,
    jobYaml("mkdir -p outputs; head -c 8000000 /dev/zero > outputs/zeros"),
  );
  const running = await send(service().url, "POST /api/jobs", {
    headers: { "content-type": "application/yaml" },
    body: jobYaml("sleep 600"),
  });
  const job = running.json<{ name: string }>().name;
  const { headers } = await until(
    () => send(service().url, `GET /api/jobs/${job}`),
    (answer) => answer.json<{ status: string }>().status === "Running",
  );
  waitFor = (seconds) => line("GET", `jobs/${job}?wait=${seconds}`, `If-None-Match: ${headers.etag}\r\n`);
  download = line("GET", `jobs/${name}/outputs/zeros`);
});

test.each(kinds)(`frees all slots within five seconds after ${dropped} aborted requests: %s`, async (kind) => {
  const drop = waysToAbort({ ...requests, wait: waitFor(5), download })[kind];
  if (drop === undefined) throw new Error(`There is no ${kind}.`);
  await abortRequests(service().url, drop, dropped, 10);
  expect(
    await until(
      () => countLostSlots(service().url, halfSent, outstanding),
      (lost) => lost === 0,
      5000,
    ),
  ).toBe(0);
});

test(`responds to the next request within five seconds after ${4 * concurrent} closed waits of a minute`, async () => {
  const waits = Array.from({ length: 4 * concurrent }, () => rawRequest(service().url, waitFor(60)));
  await until(
    () => waits.filter(({ socket }) => socket.connecting).length,
    (connecting) => connecting === 0,
  );
  for (const { socket } of waits) socket.destroy();
  expect(
    await until(
      async () => (await send(service().url, "GET /api/jobs")).status,
      (status) => status === 200,
      5000,
    ),
  ).toBe(200);
});

test("rejects a request without a free slot with Retry-After, but responds on the health endpoint", async () => {
  const held = Array.from({ length: outstanding }, () => rawRequest(service().url, halfSent));
  const refused = await until(
    () => send(service().url, "GET /api/jobs"),
    ({ status }) => status === 429,
  );
  expect(refused.json()).toMatchObject({ status: 429, code: "too_many_requests" });
  expect([refused.headers["content-type"], Number(refused.headers["retry-after"]) > 0]).toEqual([
    "application/problem+json",
    true,
  ]);
  expect((await send(service().url, "GET /api/health")).status).toBe(200);
  for (const { socket } of held) socket.destroy();
});
