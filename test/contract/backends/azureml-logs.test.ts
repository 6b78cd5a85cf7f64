// Logs with real signed URLs of Azurite.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type AzureMLServer, startAzureMLServer } from "../../../local/azureml-server/server.ts";
import { LogUrlRefused } from "../../../shared/core/ports/backend-port.ts";
import type { ByteRange } from "../../../shared/core/ports/storage-ports.ts";
import { azuremlJob, backendOn } from "../../support/azureml.ts";
import { startTestAzurite, type TestAzurite } from "../../support/azurite.ts";
import { until } from "../../support/until.ts";
import { observeJob, waitForEnd, waitForStatus } from "./observe-job.ts";

let azurite: TestAzurite;
let server: AzureMLServer;
const backend = () => backendOn(server, { logHosts: [new URL(azurite.blobUri).origin] });
const log = "user_logs/std_log.txt";

beforeAll(async () => {
  azurite = await startTestAzurite();
  server = await startAzureMLServer({ speed: 20, storage: azurite });
});
afterAll(async () => {
  await server.close();
  await azurite.stop();
});

async function finished() {
  const job = azuremlJob("succeeds");
  await backend().submit(job);
  await waitForEnd(backend(), job);
  const signed = await backend().logUrls?.(job);
  return { job, url: signed?.urls[log] ?? "" };
}

async function read(url: string, range?: ByteRange): Promise<string> {
  const content = await backend().readLog?.(url, range);
  const chunks: Uint8Array[] = [];
  for await (const chunk of content?.body ?? []) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

test("a job has no logs before it runs", async () => {
  const job = azuremlJob("lasts");
  expect((await backend().submit(job)).log_names ?? []).toEqual([]);
  await waitForStatus(backend(), job, "Running");
  expect((await observeJob(backend(), job)).log_names).toEqual(["system_logs/lifecycler/execution-wrapper.log", log]);
});

test("a log grows while the job runs", async () => {
  const job = azuremlJob("lasts");
  await backend().submit(job);
  await waitForStatus(backend(), job, "Running");
  const signed = await backend().logUrls?.(job);
  const url = signed?.urls[log] ?? "";
  const first = await read(url);
  expect(first).toContain("Command: echo hello");
  expect(
    await until(
      () => read(url),
      (text) => text.length > first.length,
    ),
  ).toMatch(new RegExp(`^${first.slice(0, 40)}`));
});

test("a log URL is valid for eight hours, from ten minutes ago, and is reused for a while", async () => {
  const { job, url } = await finished();
  const query = new URL(url).searchParams;
  expect(Date.parse(query.get("se") ?? "") - Date.parse(query.get("st") ?? "")).toBe((8 * 60 + 10) * 60_000);
  expect(query.get("sp")).toBe("r");
  expect((await backend().logUrls?.(job))?.urls[log]).toBe(url);
});

describe("a log is read", () => {
  test("a log is read whole and in ranges", async () => {
    const { url } = await finished();
    const whole = await read(url);
    expect(whole).toMatch(/The job has ended\.\n$/);
    expect(await read(url, { start: 5, end: 9 })).toBe(whole.slice(5, 10));
    expect(await read(url, { start: whole.length - 3 })).toBe(whole.slice(-3));
    expect(await read(url, { suffix: 7 })).toBe(whole.slice(-7));
    expect(await read(url, { suffix: 100_000 })).toBe(whole);
    expect(await backend().readLog?.(url, { start: 2, end: 3 })).toMatchObject({
      size: whole.length,
      start: 2,
      length: 2,
      etag: expect.stringMatching(/./),
    });
  });

  test("a range beyond the end of a log is not satisfiable", async () => {
    const { url } = await finished();
    const { length } = await read(url);
    for (const range of [{ start: length }, { start: length + 5, end: length + 9 }, { suffix: 0 }]) {
      await expect(backend().readLog?.(url, range)).rejects.toMatchObject({
        code: "range_not_satisfiable",
        headers: { "content-range": `bytes */${length}` },
      });
    }
  });

  test("a log is not read with the signature of another log", async () => {
    const { url } = await finished();
    const gone = url.replace("std_log.txt", "other.txt");
    for (const range of [undefined, { start: 1 }, { suffix: 3 }]) {
      // The signature is for one blob, so storage does not reveal whether the other one exists.
      await expect(backend().readLog?.(gone, range)).rejects.toBeInstanceOf(LogUrlRefused);
    }
  });

  test("the error of an outage does not contain the signature of a log URL", async () => {
    const { url } = await finished();
    const dead = new URL(url);
    dead.port = "1";
    const error = await backendOn(server, { logHosts: [dead.origin] })
      .readLog?.(dead.href)
      .catch((reason: Error) => reason);
    expect(error).toMatchObject({ code: "unavailable" });
    expect(JSON.stringify(error) + String(error)).not.toContain("sig=");
  });
});
