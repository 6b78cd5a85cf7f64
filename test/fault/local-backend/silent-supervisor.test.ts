import type { ChildProcess } from "node:child_process";
import { utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createJobFolder, type JobFolder, openJobFolder } from "../../../shared/backends/local/process/job-folder.ts";
import { readState, requestCancel } from "../../../shared/backends/local/process/job-state.ts";
import { identify, isRunning } from "../../../shared/backends/local/process/processes.ts";
import { createSupervisorWatch } from "../../../shared/backends/local/process/watch-supervisor.ts";
import { defined } from "../../../shared/lib/defined.ts";
import { temporaryFolder } from "../../contract/backends/local-jobs.ts";
import { plainSpec } from "../../support/plain-spec.ts";
import { until } from "../../support/until.ts";
import { bystander } from "./bystander.ts";

/** Enough looks for any conclusion. */
const manyLooks = 20;

interface Silent {
  readonly folder: JobFolder;
  readonly supervisor: ChildProcess;
  readonly leader: ChildProcess;
  /** Looks at the supervisor so many times, as a service does every two seconds. */
  look(times: number, between?: () => void): Promise<void>;
}

/** A job with a supervisor that runs and does nothing, and never answers. */
async function silent(timeout_seconds?: number): Promise<Silent> {
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
  if (folder === undefined) throw new Error("The folder is not there.");
  const { child: supervisor } = await bystander();
  const { child: leader } = await bystander();
  writeFileSync(
    join(folder.path, "started"),
    JSON.stringify({ ...identify(supervisor.pid ?? 0), started_at: new Date(0).toISOString() }),
  );
  writeFileSync(join(folder.path, "leader.json"), JSON.stringify(identify(leader.pid ?? 0)));
  const watch = createSupervisorWatch(folder);
  return {
    folder,
    supervisor,
    leader,
    async look(times, between = () => undefined) {
      for (let looks = 0; looks < times; looks++) {
        between();
        await watch.look(new Date());
      }
    },
  };
}

const runs = (child: ChildProcess) => isRunning(identify(child.pid ?? 0));
const ends = (child: ChildProcess) =>
  until(
    () => child.signalCode,
    (signal) => signal === "SIGKILL",
  );

test("a job whose supervisor does not answer a cancel is killed with it, and Canceled", async () => {
  const { folder, supervisor, leader, look } = await silent();
  await requestCancel(folder);
  // Not at once: a supervisor that answers needs five seconds for a command that does not.
  await look(4);
  expect((await readState(folder)).exit).toBeUndefined();
  await look(manyLooks);
  expect((await readState(folder)).exit).toMatchObject({ status: "Canceled", token: "t" });
  await Promise.all([ends(supervisor), ends(leader)]);
});

test("a job whose supervisor is silent past the time limit is killed with it, and says so", async () => {
  const { folder, supervisor, leader, look } = await silent(5);
  await look(manyLooks);
  expect((await readState(folder)).exit).toMatchObject({
    status: "Failed",
    error: {
      code: "timed_out",
      message:
        "The command ran longer than limits.timeout, 5 seconds, and was ended with its supervisor, which did not answer.",
    },
  });
  await Promise.all([ends(supervisor), ends(leader)]);
});

test("a job whose command is gone while its supervisor is silent is over, and says that the exit code is not known", async () => {
  const { folder, supervisor, leader, look } = await silent();
  leader.kill("SIGKILL");
  await ends(leader);
  await look(manyLooks);
  expect((await readState(folder)).exit).toMatchObject({
    error: { code: "supervisor_lost", message: expect.stringContaining("its exit code is not known") },
  });
  await ends(supervisor);
});

test("a silent supervisor of a command that runs within its time is left alone", async () => {
  const { folder, supervisor, leader, look } = await silent();
  await look(manyLooks);
  expect((await readState(folder)).exit).toBeUndefined();
  expect([runs(supervisor), runs(leader)]).toEqual([true, true]);
});

test("a supervisor that shows that it runs is left alone past the time limit: it counts without the clock", async () => {
  const { folder, supervisor, look } = await silent(5);
  let beats = 0;
  await look(manyLooks, () => {
    beats += 1;
    utimesSync(join(folder.path, "started"), beats, beats);
  });
  expect((await readState(folder)).exit).toBeUndefined();
  expect(runs(supervisor)).toBe(true);
});
