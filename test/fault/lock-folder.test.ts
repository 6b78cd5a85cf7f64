import { type ChildProcess, fork, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { acquireLock } from "../../local/data-folder/acquire-lock.ts";
import { lockFolder } from "../../local/data-folder/lock-folder.ts";

const contenders: ChildProcess[] = [];
let parent: string;
beforeAll(() => {
  parent = mkdtempSync(join(tmpdir(), "jobgate-locks-"));
  for (let count = 0; count < 4; count += 1) {
    contenders.push(
      fork(join(import.meta.dirname, "../support/lock-contender.ts"), {
        execArgv: ["--disable-warning=ExperimentalWarning"],
      }),
    );
  }
});
afterAll(() => {
  for (const contender of contenders) contender.kill("SIGKILL");
  rmSync(parent, { recursive: true });
});

const gone = spawnSync(process.execPath, ["--version"]).pid;
/** Creates the folder of a killed service of the previous version, which wrote only this file. */
const killedOlder = (folder: string) => {
  mkdirSync(folder);
  writeFileSync(join(folder, "service.json"), JSON.stringify({ pid: gone, url: "http://127.0.0.1:1" }));
};
/** Creates the folder of a killed service of this version. */
const killed = (folder: string) => {
  killedOlder(folder);
  mkdirSync(join(folder, "lock"));
  writeFileSync(join(folder, "lock/7"), JSON.stringify({ pid: gone, mark: "another boot 1" }));
};
const newFolder = () => undefined;

test.each([
  ["a new folder", newFolder],
  ["the folder of a killed service", killed],
  ["the folder of a killed service of an older version", killedOlder],
])("grants %s to exactly one of four simultaneous processes, 100 times", async (name, prepare) => {
  const wrong: unknown[] = [];
  for (let round = 0; round < 100; round += 1) {
    const folder = join(parent, `${name.replaceAll(" ", "-")}-${round}`);
    prepare(folder);
    const answers = contenders.map(
      async (contender) => (await once(contender, "message"))[0] as { readonly held: boolean; readonly reason: string },
    );
    const at = Date.now() + 8;
    for (const contender of contenders) contender.send({ folder, at });
    const outcomes = await Promise.all(answers);
    const refused = outcomes.filter(({ reason }) => /in use by (the service|a service that is starting)/.test(reason));
    if (refused.length !== contenders.length - 1 || outcomes.filter(({ held }) => held).length !== 1)
      wrong.push(outcomes);
  }
  expect(wrong).toEqual([]);
});

test("keeps the lock of a stopped process", async () => {
  const folder = join(parent, "paused");
  const [holder] = contenders;
  const answer = once(holder as ChildProcess, "message");
  holder?.send({ folder, at: 0 });
  expect((await answer)[0]).toMatchObject({ held: true });
  process.kill(holder?.pid as number, "SIGSTOP");
  await expect(lockFolder(folder)).rejects.toThrow(`process ${holder?.pid}`);
});

test("releases the lock of a killed service whose process id another process has", async () => {
  const folder = join(parent, "reused");
  mkdirSync(join(folder, "lock"), { recursive: true });
  writeFileSync(join(folder, "lock/1"), JSON.stringify({ pid: process.ppid, mark: "another boot 1" }));
  writeFileSync(join(folder, "service.json"), JSON.stringify({ pid: process.ppid }));
  expect(await acquireLock(folder)).toMatchObject({ held: true });
});
