import type { ChildProcess } from "node:child_process";
import { utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createJobFolder } from "../../../shared/backends/local/folder/create-job-folder.ts";
import { type JobFolder, openJobFolder } from "../../../shared/backends/local/folder/job-folder.ts";
import { readState, requestCancel } from "../../../shared/backends/local/folder/job-state.ts";
import { identifyProcess, isRunning } from "../../../shared/backends/local/process/process-id.ts";
import { createSupervisorWatchdog } from "../../../shared/backends/local/process/supervisor-watchdog.ts";
import { defined } from "../../../shared/lib/defined.ts";
import { temporaryFolder } from "../../contract/backends/local-jobs.ts";
import { plainSpec } from "../../support/plain-spec.ts";
import { until } from "../../support/until.ts";
import { startUnrelatedProcess } from "./unrelated-process.ts";

/** More checks than any limit of the watchdog. */
const manyChecks = 20;

interface UnresponsiveJob {
  readonly folder: JobFolder;
  readonly supervisor: ChildProcess;
  readonly leader: ChildProcess;
  /** Checks the supervisor this many times, as a service does every two seconds. */
  check(times: number, between?: () => void): Promise<void>;
}

/** Creates a job whose supervisor runs but does not respond. */
async function unresponsiveJob(timeout_seconds?: number): Promise<UnresponsiveJob> {
  const directory = await temporaryFolder();
  const spec = {
    ...plainSpec,
    schema_version: 2,
    run_folder: ".run-0",
    token: "t",
    ...defined({ timeout_seconds }),
  } as const;
  await createJobFolder(directory, spec, "");
  const folder = await openJobFolder(directory, "a");
  if (folder === undefined) throw new Error("The job folder is missing.");
  const { child: supervisor } = await startUnrelatedProcess();
  const { child: leader } = await startUnrelatedProcess();
  writeFileSync(
    join(folder.path, "started"),
    JSON.stringify({ ...identifyProcess(supervisor.pid ?? 0), started_at: new Date(0).toISOString() }),
  );
  writeFileSync(join(folder.path, "leader.json"), JSON.stringify(identifyProcess(leader.pid ?? 0)));
  const watch = createSupervisorWatchdog(folder);
  return {
    folder,
    supervisor,
    leader,
    async check(times, between = () => undefined) {
      for (let checks = 0; checks < times; checks++) {
        between();
        await watch.check(new Date());
      }
    },
  };
}

const runs = (child: ChildProcess) => isRunning(identifyProcess(child.pid ?? 0));
const ends = (child: ChildProcess) =>
  until(
    () => child.signalCode,
    (signal) => signal === "SIGKILL",
  );

test("kills a canceled job with its supervisor if the supervisor does not respond, and reports Canceled", async () => {
  const { folder, supervisor, leader, check } = await unresponsiveJob();
  await requestCancel(folder);
  // Not at once: a supervisor needs up to five seconds to end a command that ignores SIGTERM.
  await check(4);
  expect((await readState(folder)).exit).toBeUndefined();
  await check(manyChecks);
  expect((await readState(folder)).exit).toMatchObject({ status: "Canceled", token: "t" });
  await Promise.all([ends(supervisor), ends(leader)]);
});

test("kills a job with its unresponsive supervisor after the time limit, with the error timed_out", async () => {
  const { folder, supervisor, leader, check } = await unresponsiveJob(5);
  await check(manyChecks);
  expect((await readState(folder)).exit).toMatchObject({
    status: "Failed",
    error: {
      code: "timed_out",
      message:
        "The command ran longer than limits.timeout, 5 seconds, and was ended with its supervisor process, " +
        "which did not respond.",
    },
  });
  await Promise.all([ends(supervisor), ends(leader)]);
});

test("fails a job with supervisor_lost if its command ended while its supervisor is unresponsive", async () => {
  const { folder, supervisor, leader, check } = await unresponsiveJob();
  leader.kill("SIGKILL");
  await ends(leader);
  await check(manyChecks);
  expect((await readState(folder)).exit).toMatchObject({
    error: { code: "supervisor_lost", message: expect.stringContaining("the exit code is unknown") },
  });
  await ends(supervisor);
});

test("does not kill an unresponsive supervisor while its command runs within the time limit", async () => {
  const { folder, supervisor, leader, check } = await unresponsiveJob();
  await check(manyChecks);
  expect((await readState(folder)).exit).toBeUndefined();
  expect([runs(supervisor), runs(leader)]).toEqual([true, true]);
});

test("does not kill a supervisor with a heartbeat after the time limit, which it applies itself", async () => {
  const { folder, supervisor, check } = await unresponsiveJob(5);
  let heartbeats = 0;
  await check(manyChecks, () => {
    heartbeats += 1;
    utimesSync(join(folder.path, "started"), heartbeats, heartbeats);
  });
  expect((await readState(folder)).exit).toBeUndefined();
  expect(runs(supervisor)).toBe(true);
});
