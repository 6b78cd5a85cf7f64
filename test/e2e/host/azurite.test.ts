import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BlobServiceClient } from "@azure/storage-blob";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type AzuriteOptions, type RunningAzurite, startAzurite } from "../../../local/azurite/start-azurite.ts";
import { superviseAzurite } from "../../../local/azurite/supervise-azurite.ts";
import { commandLine, isRunning } from "../../../local/process-info.ts";
import { until } from "../../support/until.ts";

let folder: string;
const running = new Set<RunningAzurite>();
const stops = new Set<() => Promise<void>>();
const unrelatedProcesses = new Set<ChildProcess>();
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "azurite-test-"));
});
afterEach(async () => {
  for (const azurite of running) await azurite.stop();
  for (const stop of stops) await stop();
  for (const process of unrelatedProcesses) process.kill("SIGKILL");
  running.clear();
  stops.clear();
  unrelatedProcesses.clear();
  rmSync(folder, { recursive: true });
});

async function start(options: Partial<AzuriteOptions> = {}): Promise<RunningAzurite> {
  const azurite = await startAzurite({ directory: folder, ...options });
  running.add(azurite);
  return azurite;
}

interface State {
  pid: number;
  ports: { blob: number; queue: number; table: number };
}
const state = () => JSON.parse(readFileSync(join(folder, "azurite.json"), "utf8")) as State;
const container = (azurite: RunningAzurite) =>
  BlobServiceClient.fromConnectionString(azurite.connectionString).getContainerClient("kept");

describe("Azurite", () => {
  test("has the same data and ports after a restart, and accepts the newest API version", async () => {
    const first = await start();
    await container(first).create();
    await container(first).uploadBlockBlob("blob", "content", 7);
    const before = state();
    await first.stop();
    expect(isRunning(before.pid)).toBe(false);

    const second = await start();
    expect(second.connectionString).toBe(first.connectionString);
    expect(state().ports).toEqual(before.ports);
    expect((await container(second).getBlobClient("blob").downloadToBuffer()).toString()).toBe("content");
  });

  test("has its own key and rejects the key of all emulators", async () => {
    const { connectionString } = await start();
    expect((await stat(join(folder, "azurite.json"))).mode & 0o077).toBe(0);
    const everybodys = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
    const stranger = connectionString.replace(/AccountKey=[^;]+/, `AccountKey=${everybodys}`);
    const drop = BlobServiceClient.fromConnectionString(stranger).getContainerClient("inbox").create();
    await expect(drop).rejects.toMatchObject({ statusCode: 403 });
  });

  test("of a killed service is stopped by the next start, without data loss", async () => {
    const left = await start();
    await container(left).create();
    const { pid } = state();
    const next = await start();
    expect(isRunning(pid)).toBe(false);
    expect(state().pid).not.toBe(pid);
    expect(await container(next).exists()).toBe(true);
  });

  test("stops and saves its state if no service starts again after a kill", async () => {
    const service = fork(join(import.meta.dirname, "../../support/run-azurite.ts"), [folder, "2000"], {
      execArgv: ["--disable-warning=ExperimentalWarning"],
    });
    const [connectionString] = (await once(service, "message")) as [string];
    await BlobServiceClient.fromConnectionString(connectionString).getContainerClient("kept").create();
    const { pid } = state();
    service.kill("SIGKILL");
    await once(service, "exit");
    expect(isRunning(pid)).toBe(true);
    await until(
      () => isRunning(pid),
      (alive) => !alive,
    );
    expect(await container(await start()).exists()).toBe(true);
  });

  test("uses other ports if its old ones are taken", async () => {
    const first = await start();
    await first.stop();
    const { blob } = state().ports;
    const rival = createServer().listen(blob, "127.0.0.1");
    await start();
    expect(state().ports.blob).not.toBe(blob);
    rival.close();
  });

  test("runs in its own process group, so that signals to the service do not reach it", async () => {
    await start();
    // A negative pid means the process group; kill throws if there is none.
    expect(process.kill(-state().pid, 0)).toBe(true);
  });

  test("that does not start causes an error with its last output", async () => {
    writeFileSync(join(folder, "__azurite_db_blob__.json"), "{ no json");
    await expect(startAzurite({ directory: folder, startTimeoutMs: 15_000 })).rejects.toThrow(
      /Its last output \(.*azurite\.log\):\n[\s\S]*JSON/,
    );
    expect(
      await until(
        () => isRunning(state().pid),
        (alive) => !alive,
      ),
    ).toBe(false);
  });

  test("that is not ready in time is killed", async () => {
    await expect(startAzurite({ directory: folder, startTimeoutMs: 1 })).rejects.toThrow(
      "Azurite was not ready after 0.001 s.",
    );
    expect(
      await until(
        () => isRunning(state().pid),
        (alive) => !alive,
      ),
    ).toBe(false);
  });
});

describe("a supervised Azurite", () => {
  async function keep() {
    const warnings: string[] = [];
    const kept = await superviseAzurite({ directory: folder, warn: (message) => warnings.push(message) });
    stops.add(kept.stop);
    return { kept, warnings };
  }

  test("is restarted on its ports whenever it ends, also right after a restart", async () => {
    const { kept, warnings } = await keep();
    const before = state();
    for (const times of [1, 2, 3]) {
      const { pid } = state();
      process.kill(pid, "SIGKILL");
      await until(
        () => warnings.filter((warning) => warning === "Azurite was restarted.").length,
        (count) => count === times,
        60_000,
      );
      expect(isRunning(state().pid)).toBe(true);
    }
    expect(state()).toMatchObject({ ports: before.ports });
    expect(warnings).toContain(
      "Azurite ended unexpectedly (SIGKILL). " +
        "Storage is unavailable until Azurite is restarted (next attempt in 0.5 s).",
    );
    await kept.stop();
  });

  test("waits for its ports if another program uses them, and is then restarted on them", async () => {
    const { kept, warnings } = await keep();
    const { pid, ports } = state();
    process.kill(pid, "SIGSTOP");
    process.kill(pid, "SIGKILL");
    const rival = createServer();
    await until(
      () =>
        new Promise((resolve) =>
          rival.once("error", () => resolve(false)).listen(ports.blob, "127.0.0.1", () => resolve(true)),
        ),
      (listens) => listens === true,
    );
    await until(
      () => warnings.filter((warning) => warning.startsWith("Azurite could not be restarted")).length,
      (count) => count > 0,
      60_000,
    );
    rival.close();
    await until(
      () => warnings.at(-1),
      (warning) => warning === "Azurite was restarted.",
      60_000,
    );
    expect(state().ports).toEqual(ports);
    await kept.stop();
  });

  test("ends when its folder is deleted, and reports that", async () => {
    const { kept } = await keep();
    const { pid } = state();
    rmSync(folder, { recursive: true });
    expect((await kept.storageLost).message).toBe(
      `The service stops because its storage folder ${folder} was deleted.`,
    );
    expect(isRunning(pid)).toBe(false);
    mkdirSync(folder);
  });

  test("is not restarted after stop", async () => {
    const { kept, warnings } = await keep();
    const { pid } = state();
    await kept.stop();
    expect(isRunning(pid)).toBe(false);
    expect(warnings).toEqual([]);
  });
});

test("does not kill another process that has the pid of an old Azurite", async () => {
  const unrelatedProcess = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)", "azurite"], {
    stdio: "ignore",
  });
  unrelatedProcesses.add(unrelatedProcess);
  const pid = unrelatedProcess.pid as number;
  writeFileSync(join(folder, "azurite.json"), JSON.stringify({ pid }));
  await start();
  expect(isRunning(pid)).toBe(true);
});

describe("a process", () => {
  test("has a command line", async () => {
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)", "an argument"], { stdio: "ignore" });
    unrelatedProcesses.add(child);
    expect(
      await until(
        () => commandLine(child.pid as number),
        (line) => line?.includes("an argument") === true,
      ),
    ).toContain(process.execPath);
  });

  test("that has ended is not running and has no command line", async () => {
    const child = spawn(process.execPath, ["-e", ""], { stdio: "ignore" });
    await once(child, "exit");
    expect(isRunning(child.pid as number)).toBe(false);
    expect(await commandLine(child.pid as number)).toBeUndefined();
  });
});
