// Storage that loses the writes of its last seconds, as a killed Azurite does: records, logs and outputs.
import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isRunning, type ProcessId } from "../../../../../shared/backends/local/process/process-id.ts";
import { ServiceError } from "../../../../../shared/core/errors.ts";
import type { BackendJob } from "../../../../../shared/core/ports/backend-port.ts";
import {
  commandJob,
  type LocalSetup,
  localSetup,
  ownFolder,
  temporaryFolder,
} from "../../../../contract/backends/local-jobs.ts";
import { observeJob, waitForEnd, waitForStatus } from "../../../../contract/backends/observe-job.ts";
import { until } from "../../../../support/until.ts";

const countOnce = 'echo run >> "$PWD/../../../count"';
const untilReleased = 'until test -e "$PWD/../../../released"; do sleep 0.05; done';
const runs = ({ folder }: LocalSetup) => readFileSync(join(folder, "count"), "utf8");
const release = ({ folder }: LocalSetup) => writeFileSync(join(folder, "released"), "");
const has = ({ directory }: LocalSetup, { name }: BackendJob, file: string) => existsSync(join(directory, name, file));
const gone = ({ directory }: LocalSetup, { name }: BackendJob) =>
  until(
    () => existsSync(join(directory, name)),
    (exists) => !exists,
  );

const first = "2026-01-01T00:00:00.000Z";
const second = "2026-01-01T00:00:05.000Z";

/** A submission as the service dispatches it. */
function submitted(command: string, fields: Partial<BackendJob> = {}): BackendJob {
  return { ...commandJob(command), fingerprint: "v1:a", submitted_at: first, ...fields };
}

/** The same submission, repeated after its record was lost. */
const resubmission = (job: BackendJob, fields: Partial<BackendJob> = {}): BackendJob => ({
  ...job,
  submission_id: randomUUID(),
  submitted_at: second,
  ...fields,
});

/** Deletes the stored log and outputs of a job. */
async function deleteStored(setup: LocalSetup, { name }: BackendJob): Promise<void> {
  await setup.outputs.deleteAll(name);
  await setup.logs.deleteAll(name);
}

const twoOutputs = `${countOnce}; mkdir outputs; echo a > outputs/a; echo b > outputs/b; echo line`;

test("uploads the lost log and outputs of a finished job again, and then frees the disk", async () => {
  const setup = await localSetup({ keepCopiesMs: 1_000 });
  const job = submitted(twoOutputs);
  await setup.run(job);
  const log = await setup.log(job);
  await deleteStored(setup, job);
  await until(
    () => has(setup, job, "unconfirmed"),
    (waits) => !waits,
  );
  expect(await setup.log(job)).toBe(log);
  expect(await setup.outputs.text(job.name, "outputs/a")).toBe("a\n");
  expect(await setup.outputs.text(job.name, "outputs/b")).toBe("b\n");
  expect(existsSync(join(ownFolder(setup.directory, job), "work"))).toBe(false);
  expect(runs(setup)).toBe("run\n");
});

test("keeps the copies of a job whose record cannot be read, and reports it once", async () => {
  const errors: string[] = [];
  const submissionIdOf = () => Promise.reject(new ServiceError("record_damaged", "The stored record is damaged."));
  const setup = await localSetup({
    keepCopiesMs: 20,
    orphanMs: 40,
    submissionIdOf: submissionIdOf,
    onError: (_error, name) => void errors.push(name),
  });
  const job = submitted(twoOutputs);
  await setup.run(job);
  await until(
    () => errors,
    (names) => names.includes(job.name),
    5_000,
  );
  // Takes longer than orphanMs.
  await setup.run(submitted("sleep 0.2"));
  expect(errors.filter((name) => name === job.name)).toHaveLength(1);
  expect([has(setup, job, "unconfirmed"), existsSync(join(ownFolder(setup.directory, job), "work"))]).toEqual([
    true,
    true,
  ]);
});

test("completes a log whose end was lost, without repeating a line", async () => {
  const setup = await localSetup({ keepCopiesMs: 500 });
  const job = submitted("seq 1000");
  await setup.run(job);
  const log = await setup.log(job);
  await setup.logs.deleteAll(job.name);
  await setup.logs.append(job.name, "user_logs/std_log.txt", 0, Buffer.from(log.slice(0, 300)));
  await until(
    () => has(setup, job, "unconfirmed"),
    (waits) => !waits,
  );
  expect(await setup.log(job)).toBe(log);
});

test("verifies the uploads of a job whose service ended before the check", async () => {
  const setup = await localSetup({ keepCopiesMs: 60_000 });
  const job = submitted(twoOutputs);
  await setup.run(job);
  await setup.backend.close();
  await deleteStored(setup, job);
  const next = await localSetup({ keepCopiesMs: 200 }, setup.folder);
  await next.backend.ready();
  await until(
    () => has(setup, job, "unconfirmed"),
    (waits) => !waits,
  );
  expect(await next.outputs.text(job.name, "outputs/b")).toBe("b\n");
  expect(await next.log(job)).toContain("line\n[jobgate] The job is Completed.\n");
});

test("returns the first outcome of a finished job after a repeated submission, without a new run", async () => {
  const setup = await localSetup({ keepCopiesMs: 60_000 });
  const job = submitted(twoOutputs);
  const before = await setup.run(job);
  await deleteStored(setup, job);
  const repeat = resubmission(job);
  await setup.backend.submit(repeat);
  expect(await waitForEnd(setup.backend, repeat)).toMatchObject({
    status: "Completed",
    started_at: before.started_at,
    finished_at: before.finished_at,
  });
  expect(await setup.outputs.text(job.name, "outputs/a")).toBe("a\n");
  expect(await setup.log(job)).toContain("line\n[jobgate] The job is Completed.\n");
  expect(runs(setup)).toBe("run\n");
  expect(await setup.backend.observe([job])).toEqual([{ name: job.name, observation: undefined }]);
});

test("assigns a running job to the repeated submission, also after a restart, so that it can be canceled", async () => {
  const setup = await localSetup({ keepCopiesMs: 60_000 });
  const job = submitted(`${countOnce}; sleep 60`);
  await setup.backend.submit(job);
  await waitForStatus(setup.backend, job, "Running");
  await until(() => existsSync(join(setup.folder, "count")), Boolean);
  const repeat = resubmission(job);
  expect(await setup.backend.submit(repeat)).toMatchObject({ status: "Running" });
  expect(await setup.backend.submit(repeat)).toMatchObject({ status: "Running" });
  await setup.backend.close();

  const next = await localSetup({ keepCopiesMs: 60_000 }, setup.folder);
  expect(await observeJob(next.backend, repeat)).toMatchObject({ status: "Running" });
  await next.backend.cancel(repeat);
  expect(await waitForEnd(next.backend, repeat)).toMatchObject({ status: "Canceled" });
  expect(runs(setup)).toBe("run\n");
});

test.each([
  ["other content", (job: BackendJob) => resubmission(job, { fingerprint: "v1:b" })],
  [
    "an earlier submission that is dispatched late",
    (job: BackendJob) => resubmission(job, { submitted_at: "2025-12-31T00:00:00.000Z" }),
  ],
  ["a submission of unknown content", ({ fingerprint: _, ...job }: BackendJob) => resubmission(job)],
])("does not assign the folder of a job to %s of the same name", async (_, other) => {
  const setup = await localSetup({ keepCopiesMs: 60_000 });
  const job = submitted("true");
  await setup.run(job);
  await expect(setup.backend.submit(other(job))).rejects.toMatchObject({
    code: "job_folder_taken",
    message: expect.stringContaining("Use another name"),
  });
  expect(await observeJob(setup.backend, job)).toMatchObject({ status: "Completed" });
});

test("replaces the folder of a finished job, whose files are stored, for a later job of the same name", async () => {
  const setup = await localSetup();
  const job = submitted(`${countOnce}; exit 3`);
  expect(await setup.run(job)).toMatchObject({ status: "Failed" });
  const late = resubmission(job, { submitted_at: "2025-12-31T00:00:00.000Z" });
  await expect(setup.backend.submit(late)).rejects.toMatchObject({ code: "job_folder_taken" });
  const other = { ...commandJob(countOnce, {}, job.name), submitted_at: second };
  expect(await setup.run(other)).toMatchObject({ status: "Completed" });
  expect(runs(setup)).toBe("run\nrun\n");
});

test("does not assign a canceled job to the repeated submission, which was not canceled", async () => {
  const setup = await localSetup({ keepCopiesMs: 60_000 });
  const job = submitted("sleep 60");
  await setup.backend.submit(job);
  await setup.backend.cancel(job);
  await waitForEnd(setup.backend, job);
  await expect(setup.backend.submit(resubmission(job))).rejects.toMatchObject({ code: "job_folder_taken" });
});

test("removes a finished job without a record and its files, after which the name can be used again", async () => {
  const job = submitted(twoOutputs);
  const records = new Map<string, string>();
  const folder = await temporaryFolder();
  // The record is lost as soon as the command has ended.
  const lost = () => existsSync(join(folder, "jobs", job.name, "exit.json"));
  const submissionIdOf = async (name: string) => records.get(name) ?? (lost() ? undefined : job.submission_id);
  const setup = await localSetup({ keepCopiesMs: 50, orphanMs: 200, submissionIdOf: submissionIdOf }, folder);
  await setup.backend.submit(job);
  await gone(setup, job);
  expect(await setup.outputs.list(job.name)).toEqual([]);
  expect(await setup.logs.list(job.name)).toEqual([]);
  const other = resubmission(job, { fingerprint: "v1:b" });
  records.set(other.name, other.submission_id);
  await rm(join(setup.folder, "count"));
  expect(await setup.run(other)).toMatchObject({ status: "Completed" });
  await until(
    () => has(setup, other, "unconfirmed"),
    (waits) => !waits,
  );
  expect(await setup.outputs.list(job.name)).toHaveLength(2);
});

test("ends and removes a running job without a record, because no caller could cancel it", async () => {
  const job = submitted("sleep 60");
  const folder = await temporaryFolder();
  const leaderFile = join(folder, "jobs", job.name, "leader.json");
  const submissionIdOf = async () => {
    if (!existsSync(leaderFile)) throw new Error("Storage is unavailable.");
    return undefined;
  };
  const setup = await localSetup({ keepCopiesMs: 50, orphanMs: 400, submissionIdOf: submissionIdOf }, folder);
  await setup.backend.submit(job);
  await until(() => existsSync(leaderFile), Boolean);
  const leader = JSON.parse(readFileSync(leaderFile, "utf8")) as ProcessId;
  expect(isRunning(leader)).toBe(true);
  await gone(setup, job);
  expect(isRunning(leader)).toBe(false);
});

test("keeps a job whose record cannot be read during an outage of storage", async () => {
  let reads = 0;
  const submissionIdOf = async () => {
    reads += 1;
    throw new Error("Storage is unavailable.");
  };
  const setup = await localSetup(
    { keepCopiesMs: 20, orphanMs: 40, submissionIdOf: submissionIdOf },
    await temporaryFolder(),
  );
  const job = submitted(untilReleased);
  await setup.backend.submit(job);
  await waitForStatus(setup.backend, job, "Running");
  await until(
    () => reads,
    (count) => count > 5,
  );
  expect(await observeJob(setup.backend, job)).toMatchObject({ status: "Running" });
  release(setup);
  await waitForEnd(setup.backend, job);
  const before = reads;
  await until(
    () => reads,
    (count) => count > before + 5,
  );
  expect(has(setup, job, "shipped.json")).toBe(true);
});
