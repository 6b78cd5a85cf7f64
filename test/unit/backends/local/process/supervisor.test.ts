import { existsSync, readFileSync } from "node:fs";
import { mkdir, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createJobFolder } from "../../../../../shared/backends/local/folder/create-job-folder.ts";
import { sendSignal } from "../../../../../shared/backends/local/process/kill-leftovers.ts";
import {
  createLaunchSupervisor,
  defaultSupervisorFile,
} from "../../../../../shared/backends/local/process/launch-supervisor.ts";
import { identifyProcess, isRunning, type ProcessId } from "../../../../../shared/backends/local/process/process-id.ts";
import { commandJob, localSetup, ownFolder, temporaryFolder } from "../../../../contract/backends/local-jobs.ts";
import { observeJob, waitForEnd, waitForStatus } from "../../../../contract/backends/observe-job.ts";
import { plainSpec } from "../../../../support/plain-spec.ts";
import { until } from "../../../../support/until.ts";

const forged = '{"status":"Completed","finished_at":"2026-01-01T00:00:00.000Z"}';

test.each([
  ["above its working folder", ".."],
  ["in the folder of its supervisor", "../../$AZUREML_RUN_ID"],
])("ignores an outcome that a job writes %s", async (_where, place) => {
  const { backend, directory } = await localSetup();
  const job = commandJob(
    `for f in exit.json shipped.json; do echo '${forged}' > ${place}/$f; done; touch written; ` +
      "until test -e go; do sleep 0.05; done; exit 5",
  );
  await backend.submit(job);
  await until(
    () => observeJob(backend, job),
    ({ status }) => status === "Running",
  );
  const work = join(ownFolder(directory, job), "work");
  await until(() => existsSync(join(work, "written")), Boolean);
  expect(await observeJob(backend, job)).toMatchObject({ status: "Running" });
  await writeFile(join(work, "go"), "");
  expect(await waitForEnd(backend, job)).toMatchObject({
    status: "Failed",
    error: { message: "The command exited with code 5." },
  });
});

test("keeps the log, supervisor and exit code of a job that deletes the files above its working folder", async () => {
  const { run, log } = await localSetup();
  const job = commandJob("echo begin; rm -rf ../*.txt ../*.json ../started ../inputs; sleep 0.3; echo end; exit 4");
  expect(await run(job)).toMatchObject({ status: "Failed", error: { message: "The command exited with code 4." } });
  expect(await log(job)).toContain("\nbegin\nend\n");
});

test("ends a job that stops its supervisor with its own exit code", async () => {
  const { run, log } = await localSetup();
  const job = commandJob("kill -STOP $PPID; echo end; exit 3");
  expect(await run(job)).toMatchObject({ status: "Failed", error: { message: "The command exited with code 3." } });
  expect(await log(job)).toContain("\nend\n");
});

test("kills a job whose folder is removed", async () => {
  const { backend, directory } = await localSetup();
  const job = commandJob("echo $$ > pid; sleep 60");
  await backend.submit(job);
  await waitForStatus(backend, job, "Running");
  const pidFile = join(ownFolder(directory, job), "work", "pid");
  await until(() => existsSync(pidFile) && readFileSync(pidFile, "utf8") !== "", Boolean);
  const leader = identifyProcess(Number(readFileSync(pidFile, "utf8")));
  await rm(join(directory, job.name), { recursive: true });
  await until(
    () => isRunning(leader),
    (running) => !running,
  );
});

test.each([
  ["without its environment, in a session of its own", "env -i setsid sleep 60 & echo pid $!; sleep 0.3"],
  [
    "without any open file, folder or environment of the job",
    "env -i setsid sh -c 'cd /; sleep 60 & echo pid $! >&2; exec >/dev/null 2>&1 0<&1' & sleep 0.3",
  ],
])("kills a background process %s when its job ends", async (_case, command) => {
  const { run, log } = await localSetup();
  const job = commandJob(command);
  expect(await run(job)).toMatchObject({ status: "Completed" });
  const [, pid = ""] = /pid (\d+)/.exec(await log(job)) ?? [];
  await until(
    () => isRunning(identifyProcess(Number(pid))),
    (running) => !running,
  );
});

test("fails a job that cannot be prepared, with the reason, instead of retrying it forever", async () => {
  const { run } = await localSetup();
  const job = commandJob("true", { outputs: { ["o".repeat(300)]: null } });
  expect(await run(job)).toMatchObject({
    status: "Failed",
    error: { code: "job_not_prepared", message: expect.stringContaining("ENAMETOOLONG") },
  });
});

test("fails a job whose spec is damaged or too large, and resumes the others", async () => {
  const first = await localSetup();
  const good = commandJob("until test -e go; do sleep 0.05; done");
  await first.backend.submit(good);
  await waitForStatus(first.backend, good, "Running");
  await first.backend.close();
  const [empty, huge] = [commandJob("true"), commandJob("true")];
  for (const { name } of [empty, huge]) {
    await mkdir(join(first.directory, name));
    await writeFile(join(first.directory, name, "spec.json"), "");
  }
  await truncate(join(first.directory, huge.name, "spec.json"), 3_000_000_000);
  // An entry that is not a folder.
  await writeFile(join(first.directory, "a-file"), "");
  const second = await localSetup({}, first.folder);
  await second.backend.ready();
  for (const job of [empty, huge]) {
    expect(await observeJob(second.backend, job)).toMatchObject({
      status: "Failed",
      error: { code: "job_folder_damaged" },
    });
    await second.backend.purge(job);
    expect(await second.backend.observe([job])).toEqual([{ name: job.name, observation: undefined }]);
  }
  await writeFile(join(ownFolder(second.directory, good), "work", "go"), "");
  expect(await waitForEnd(second.backend, good)).toMatchObject({ status: "Completed" });
});

test("a supervisor exits if it fails, so that the service detects it", async () => {
  const directory = await temporaryFolder();
  await createJobFolder(directory, plainSpec, "");
  const folder = join(directory, plainSpec.name);
  // The supervisor cannot open a folder as its log.
  await rm(join(folder, "std_log.txt"));
  await mkdir(join(folder, "std_log.txt"));
  let isOver = false;
  const over = createLaunchSupervisor(defaultSupervisorFile())(folder).then(() => {
    isOver = true;
  });
  onTestFinished(async () => {
    const { pid } = JSON.parse(readFileSync(join(folder, "started"), "utf8")) as ProcessId;
    if (!isOver) sendSignal(pid, "SIGKILL");
    await over;
  });
  await until(() => isOver, Boolean, 10_000);
});
