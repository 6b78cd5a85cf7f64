import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import { lockFolder } from "../../../local/lock-folder.ts";

let data: string;
let file: string;

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), "jobgate-lock-"));
  file = join(data, "service.json");
});
afterEach(() => rmSync(data, { recursive: true }));

/** What is at the address of a service. */
async function serve(status: number): Promise<string> {
  const server = createServer((_request, response) => void response.writeHead(status).end());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const deadPid = () => spawnSync(process.execPath, ["--version"]).pid;
const owner = () => JSON.parse(readFileSync(file, "utf8"));

test("a folder is made, with those around it, and taken until it is released", async () => {
  const inner = join(data, "a/b");
  const lock = await lockFolder(inner);
  await expect(lockFolder(inner)).rejects.toThrow(
    `Another start (process ${process.pid}) has just taken the folder ${inner}.`,
  );
  lock.release();
  (await lockFolder(inner)).release();
});

test("of several that want a folder at once, one gets it", async () => {
  const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => lockFolder(data)));
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
});

test("a service that runs is named with its address", async () => {
  const url = await serve(200);
  const lock = await lockFolder(data);
  lock.running(url);
  await expect(lockFolder(data)).rejects.toThrow(
    `The folder ${data} is in use by the service at ${url} (process ${process.pid}).`,
  );
});

test.each<[string, () => Promise<object>]>([
  ["of a process that is gone", async () => ({ pid: deadPid(), url: await serve(200) })],
  ["of a start that was killed", async () => ({ pid: deadPid() })],
  ["of a start that was killed, whose number this process has now", async () => ({ pid: process.pid })],
  [
    "whose service does not answer, under a number that another process has now",
    async () => ({ pid: process.ppid, url: "http://127.0.0.1:1" }),
  ],
  ["whose address is another program's", async () => ({ pid: process.ppid, url: await serve(404) })],
])("a lock is no obstacle %s", async (_what, left) => {
  writeFileSync(file, JSON.stringify(await left()));
  await lockFolder(data);
  expect(owner()).toEqual({ pid: process.pid });
});

test.each(["", JSON.stringify({ pid: process.ppid })])(
  "a lock that says %j is a start under way, until no start takes so long",
  async (text) => {
    writeFileSync(file, text);
    await expect(lockFolder(data)).rejects.toThrow("has just taken the folder");
    const longAgo = Date.now() / 1000 - 3600;
    utimesSync(file, longAgo, longAgo);
    await lockFolder(data);
    expect(owner()).toEqual({ pid: process.pid });
  },
);

test("a lock that somebody else has taken since is not released", async () => {
  const lock = await lockFolder(data);
  writeFileSync(file, JSON.stringify({ pid: process.ppid }));
  lock.release();
  expect(owner()).toEqual({ pid: process.ppid });
});

test("a folder that cannot be made, or that is a file, is refused with the reason", async () => {
  const other = join(data, "file");
  writeFileSync(other, "");
  await expect(lockFolder(other)).rejects.toThrow(/^The folder .*file cannot be used: ENOTDIR: .*--data\.$/);
  await expect(lockFolder(join(other, "x"))).rejects.toThrow(/cannot be used: ENOTDIR/);
  await expect(lockFolder("/proc/none")).rejects.toThrow(/^The folder \/proc\/none cannot be used: /);
});
