import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import { lockFolder } from "../../../../local/data-folder/lock-folder.ts";

let data: string;
let file: string;

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), "jobgate-lock-"));
  file = join(data, "service.json");
});
afterEach(() => rmSync(data, { recursive: true }));

/** Starts a server that returns this status. */
async function serve(status: number): Promise<string> {
  const server = createServer((_request, response) => void response.writeHead(status).end());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const endedPid = () => spawnSync(process.execPath, ["--version"]).pid;
const owner = () => JSON.parse(readFileSync(file, "utf8"));

test("creates the folder with its parents, and locks it until the release", async () => {
  const inner = join(data, "a/b");
  const lock = await lockFolder(inner);
  await expect(lockFolder(inner)).rejects.toThrow(
    `The folder ${inner} is in use by a service that is starting (process ${process.pid}).`,
  );
  lock.release();
  (await lockFolder(inner)).release();
});

test("acquires the lock for only one of several simultaneous callers", async () => {
  const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => lockFolder(data)));
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
});

test("reports the URL of the running service", async () => {
  const url = await serve(200);
  const lock = await lockFolder(data);
  lock.storeUrl(url);
  await expect(lockFolder(data)).rejects.toThrow(
    `The folder ${data} is in use by the service at ${url} (process ${process.pid}).`,
  );
});

test.each<[string, () => Promise<object>]>([
  ["of an ended process", async () => ({ pid: endedPid(), url: await serve(200) })],
  ["of a killed start", async () => ({ pid: endedPid() })],
  ["of a killed start whose pid this process has now", async () => ({ pid: process.pid })],
  [
    "whose service does not respond and whose pid another process has now",
    async () => ({ pid: process.ppid, url: "http://127.0.0.1:1" }),
  ],
  ["whose URL belongs to another program", async () => ({ pid: process.ppid, url: await serve(404) })],
])("replaces a service.json %s", async (_case, left) => {
  writeFileSync(file, JSON.stringify(await left()));
  await lockFolder(data);
  expect(owner()).toEqual({ pid: process.pid });
});

test.each(["", JSON.stringify({ pid: process.ppid })])(
  "treats a service.json with %j as a start in progress, until it is older than any start",
  async (text) => {
    writeFileSync(file, text);
    await expect(lockFolder(data)).rejects.toThrow("is in use by a service that is starting");
    const longAgo = Date.now() / 1000 - 3600;
    utimesSync(file, longAgo, longAgo);
    await lockFolder(data);
    expect(owner()).toEqual({ pid: process.pid });
  },
);

test("does not remove a service.json that another process has written since", async () => {
  const lock = await lockFolder(data);
  writeFileSync(file, JSON.stringify({ pid: process.ppid }));
  lock.release();
  expect(owner()).toEqual({ pid: process.ppid });
});

test("rejects a folder that cannot be created, or that is a file, with the reason", async () => {
  const other = join(data, "file");
  writeFileSync(other, "");
  await expect(lockFolder(other)).rejects.toThrow(/^The folder .*file cannot be used: ENOTDIR: .*--data\.$/);
  await expect(lockFolder(join(other, "x"))).rejects.toThrow(/cannot be used: ENOTDIR/);
  await expect(lockFolder("/proc/none")).rejects.toThrow(/^The folder \/proc\/none cannot be used: /);
});
