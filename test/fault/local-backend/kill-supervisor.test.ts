import { readFileSync } from "node:fs";
import { mkdir, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createJobFolder } from "../../../shared/backends/local/folder/create-job-folder.ts";
import { openJobFolder } from "../../../shared/backends/local/folder/job-folder.ts";
import { readState } from "../../../shared/backends/local/folder/job-state.ts";
import { endLostJob } from "../../../shared/backends/local/process/end-lost-job.ts";
import { identifyProcess, isRunning, type ProcessId } from "../../../shared/backends/local/process/process-id.ts";
import { commandJob, type LocalSetup, localSetup, temporaryFolder } from "../../contract/backends/local-jobs.ts";
import { waitForEnd, waitForStatus } from "../../contract/backends/observe-job.ts";
import { plainSpec } from "../../support/plain-spec.ts";
import { until } from "../../support/until.ts";
import { startUnrelatedProcess } from "./unrelated-process.ts";

type SubmittedJob = ReturnType<typeof commandJob>;

/** Reads a process id from a file of the job's folder. */
function processIn({ directory }: LocalSetup, { name }: SubmittedJob, file: string): ProcessId {
  return JSON.parse(readFileSync(join(directory, name, file), "utf8")) as ProcessId;
}

async function running(setup: LocalSetup, command: string): Promise<SubmittedJob> {
  const job = commandJob(command);
  await setup.backend.submit(job);
  await waitForStatus(setup.backend, job, "Running");
  await until(
    () => setup.log(job),
    (text) => text.includes("ready\n"),
  );
  return job;
}

test("kills the command of a killed supervisor and fails the job with the reason, without a new run", async () => {
  const setup = await localSetup();
  const job = await running(
    setup,
    'echo run >> "$PWD/../../../count"; (sleep 60 & echo $! > child; wait) & sleep 0.1; echo ready; wait',
  );
  const leader = processIn(setup, job, "leader.json");
  process.kill(processIn(setup, job, "started").pid, "SIGKILL");

  expect(await waitForEnd(setup.backend, job)).toMatchObject({ status: "Failed", error: { code: "supervisor_lost" } });
  expect(isRunning(leader)).toBe(false);
  expect(readFileSync(join(setup.folder, "count"), "utf8")).toBe("run\n");
  expect(await setup.log(job)).toMatch(/\nready\n\[jobgate\] The job is Failed: The supervisor process ended before/);
});

test("kills the remaining processes of a job whose supervisor and command were killed", async () => {
  const setup = await localSetup();
  const job = await running(setup, "setsid sleep 60 & echo pid $!; echo ready; wait");
  const [, pid = ""] = /pid (\d+)/.exec(await setup.log(job)) ?? [];
  const left = identifyProcess(Number(pid));
  process.kill(processIn(setup, job, "started").pid, "SIGKILL");
  process.kill(processIn(setup, job, "leader.json").pid, "SIGKILL");

  expect(await waitForEnd(setup.backend, job)).toMatchObject({ status: "Failed", error: { code: "supervisor_lost" } });
  if (process.platform === "linux") expect(isRunning(left)).toBe(false);
});

test("reports Canceled for a canceled job whose supervisor is killed", async () => {
  const setup = await localSetup();
  const job = await running(setup, "trap '' TERM; echo ready; while true; do sleep 0.1; done");
  await setup.backend.cancel(job);
  process.kill(processIn(setup, job, "started").pid, "SIGKILL");
  expect(await waitForEnd(setup.backend, job)).toMatchObject({ status: "Canceled" });
});

test("ends the command with the error interrupted when the supervisor receives SIGTERM", async () => {
  const setup = await localSetup();
  const job = await running(setup, "echo ready; sleep 60");
  process.kill(processIn(setup, job, "started").pid, "SIGTERM");
  expect(await waitForEnd(setup.backend, job)).toMatchObject({ status: "Failed", error: { code: "interrupted" } });
});

/** Creates the folder of a job as a killed supervisor leaves it. */
async function abandoned(started: string, leader?: ProcessId) {
  const directory = await temporaryFolder();
  await mkdir(directory, { recursive: true });
  await createJobFolder(directory, plainSpec, "");
  await writeFile(join(directory, "a", "started"), started);
  if (leader !== undefined) await writeFile(join(directory, "a", "leader.json"), JSON.stringify(leader));
  const folder = await openJobFolder(directory, "a");
  if (folder === undefined) throw new Error("The job folder is missing.");
  return folder;
}

test("does not kill another process that has the process id of a lost supervisor", async () => {
  const { pid, child } = await startUnrelatedProcess();
  const reused = { pid, start_time: "1" };
  const folder = await abandoned(JSON.stringify(reused), reused);
  await endLostJob(folder, new Date());
  expect((await readState(folder)).exit).toMatchObject({ status: "Failed", error: { code: "supervisor_lost" } });
  expect([child.exitCode, child.signalCode, isRunning(identifyProcess(pid))]).toEqual([null, null, true]);
});

test("does not end the job of a running supervisor", async () => {
  const { pid } = await startUnrelatedProcess();
  const folder = await abandoned(JSON.stringify(identifyProcess(pid)), identifyProcess(pid));
  await endLostJob(folder, new Date());
  expect((await readState(folder)).exit).toBeUndefined();
  expect(isRunning(identifyProcess(pid))).toBe(true);
});

test("fails a job whose file started stays empty for 10 seconds", async () => {
  const folder = await abandoned("");
  const file = join(folder.path, "started");
  await endLostJob(folder, new Date());
  expect((await readState(folder)).exit).toBeUndefined();
  const then = new Date(Date.now() - 11_000);
  await utimes(file, then, then);
  await endLostJob(folder, new Date());
  expect((await readState(folder)).exit).toMatchObject({ error: { code: "supervisor_lost" } });
});
