// Storage that loses its last seconds, as Azurite does when it is killed: the record of a job, its log, its outputs.
import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isRunning, type ProcessId } from "../../../../shared/backends/local/process/processes.ts";
import { ServiceError } from "../../../../shared/core/errors.ts";
import type { BackendJob } from "../../../../shared/core/ports/backend-port.ts";
import {
  commandJob,
  type LocalSetup,
  localSetup,
  ownFolder,
  temporaryFolder,
} from "../../../contract/backends/local-jobs.ts";
import { ended, look, reached } from "../../../contract/backends/observing.ts";
import { until } from "../../../support/until.ts";

const countOnce = 'echo run >> "$PWD/../../../count"';
const untilTold = 'until test -e "$PWD/../../../told"; do sleep 0.05; done';
const runs = ({ folder }: LocalSetup) => readFileSync(join(folder, "count"), "utf8");
const tell = ({ folder }: LocalSetup) => writeFileSync(join(folder, "told"), "");
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

/** The same submission, sent again after its record was lost. */
const again = (job: BackendJob, fields: Partial<BackendJob> = {}): BackendJob => ({
  ...job,
  submission_id: randomUUID(),
  submitted_at: second,
  ...fields,
});

/** What storage has of a job is lost. */
async function lose(setup: LocalSetup, { name }: BackendJob): Promise<void> {
  await setup.outputs.deleteAll(name);
  await setup.logs.deleteAll(name);
}

const twoOutputs = `${countOnce}; mkdir outputs; echo a > outputs/a; echo b > outputs/b; echo line`;

test("the log and outputs of a finished job that storage loses are stored again, and then the disk is freed", async () => {
  const setup = await localSetup({ keepCopiesMs: 1_000 });
  const job = submitted(twoOutputs);
  await setup.run(job);
  const log = await setup.log(job);
  await lose(setup, job);
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

test("a job whose record cannot be read keeps its copies, and is one line in the log", async () => {
  const errors: string[] = [];
  const recordOf = () => Promise.reject(new ServiceError("record_damaged", "The stored record is damaged."));
  const setup = await localSetup({
    keepCopiesMs: 20,
    orphanMs: 40,
    recordOf,
    onError: (_error, name) => void errors.push(name),
  });
  const job = submitted(twoOutputs);
  await setup.run(job);
  await until(
    () => errors,
    (names) => names.includes(job.name),
    5_000,
  );
  // Takes longer than a job without a record is kept.
  await setup.run(submitted("sleep 0.2"));
  expect(errors.filter((name) => name === job.name)).toHaveLength(1);
  expect([has(setup, job, "unconfirmed"), existsSync(join(ownFolder(setup.directory, job), "work"))]).toEqual([
    true,
    true,
  ]);
});

test("a log of which storage loses the end is completed, and no line comes twice", async () => {
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

test("a service that ends while copies stay on disk leaves the look at storage to the next one", async () => {
  const setup = await localSetup({ keepCopiesMs: 60_000 });
  const job = submitted(twoOutputs);
  await setup.run(job);
  await setup.backend.close();
  await lose(setup, job);
  const next = await localSetup({ keepCopiesMs: 200 }, setup.folder);
  await next.backend.ready();
  await until(
    () => has(setup, job, "unconfirmed"),
    (waits) => !waits,
  );
  expect(await next.outputs.text(job.name, "outputs/b")).toBe("b\n");
  expect(await next.log(job)).toContain("line\n[jobgate] The job is Completed.\n");
});

test("a finished job sent again after its record, log and outputs were lost has its first outcome, with log and outputs, and does not run again", async () => {
  const setup = await localSetup({ keepCopiesMs: 60_000 });
  const job = submitted(twoOutputs);
  const before = await setup.run(job);
  await lose(setup, job);
  const repeat = again(job);
  await setup.backend.submit(repeat);
  expect(await ended(setup.backend, repeat)).toMatchObject({
    status: "Completed",
    started_at: before.started_at,
    finished_at: before.finished_at,
  });
  expect(await setup.outputs.text(job.name, "outputs/a")).toBe("a\n");
  expect(await setup.log(job)).toContain("line\n[jobgate] The job is Completed.\n");
  expect(runs(setup)).toBe("run\n");
  expect(await setup.backend.observe([job])).toEqual([{ name: job.name, observation: undefined }]);
});

test("a running job sent again after its record was lost runs on, can be canceled, and belongs to the new record also after a restart", async () => {
  const setup = await localSetup({ keepCopiesMs: 60_000 });
  const job = submitted(`${countOnce}; sleep 60`);
  await setup.backend.submit(job);
  await reached(setup.backend, job, "Running");
  await until(() => existsSync(join(setup.folder, "count")), Boolean);
  const repeat = again(job);
  expect(await setup.backend.submit(repeat)).toMatchObject({ status: "Running" });
  expect(await setup.backend.submit(repeat)).toMatchObject({ status: "Running" });
  await setup.backend.close();

  const next = await localSetup({ keepCopiesMs: 60_000 }, setup.folder);
  expect(await look(next.backend, repeat)).toMatchObject({ status: "Running" });
  await next.backend.cancel(repeat);
  expect(await ended(next.backend, repeat)).toMatchObject({ status: "Canceled" });
  expect(runs(setup)).toBe("run\n");
});

test.each([
  ["another content", (job: BackendJob) => again(job, { fingerprint: "v1:b" })],
  [
    "an earlier submission, whose dispatch comes late",
    (job: BackendJob) => again(job, { submitted_at: "2025-12-31T00:00:00.000Z" }),
  ],
  ["a submission of unknown content", ({ fingerprint: _, ...job }: BackendJob) => again(job)],
])("the folder of a job is not given to %s under its name", async (_, other) => {
  const setup = await localSetup({ keepCopiesMs: 60_000 });
  const job = submitted("true");
  await setup.run(job);
  await expect(setup.backend.submit(other(job))).rejects.toMatchObject({
    code: "job_folder_taken",
    message: expect.stringContaining("use another name"),
  });
  expect(await look(setup.backend, job)).toMatchObject({ status: "Completed" });
});

test("the folder of a finished job whose files are in storage makes room for a later job of its name, whose record is the only one", async () => {
  const setup = await localSetup();
  const job = submitted(`${countOnce}; exit 3`);
  expect(await setup.run(job)).toMatchObject({ status: "Failed" });
  const late = again(job, { submitted_at: "2025-12-31T00:00:00.000Z" });
  await expect(setup.backend.submit(late)).rejects.toMatchObject({ code: "job_folder_taken" });
  const other = { ...commandJob(countOnce, {}, job.name), submitted_at: second };
  expect(await setup.run(other)).toMatchObject({ status: "Completed" });
  expect(runs(setup)).toBe("run\nrun\n");
});

test("a job that was canceled is not given to the same submission sent again, which was not", async () => {
  const setup = await localSetup({ keepCopiesMs: 60_000 });
  const job = submitted("sleep 60");
  await setup.backend.submit(job);
  await setup.backend.cancel(job);
  await ended(setup.backend, job);
  await expect(setup.backend.submit(again(job))).rejects.toMatchObject({ code: "job_folder_taken" });
});

test("a finished job whose record stays missing is removed with its files, and its name can be used again", async () => {
  const job = submitted(twoOutputs);
  const records = new Map<string, string>();
  const folder = await temporaryFolder();
  // Lost as soon as the command has ended.
  const lost = () => existsSync(join(folder, "jobs", job.name, "exit.json"));
  const recordOf = async (name: string) => records.get(name) ?? (lost() ? undefined : job.submission_id);
  const setup = await localSetup({ keepCopiesMs: 50, orphanMs: 200, recordOf }, folder);
  await setup.backend.submit(job);
  await gone(setup, job);
  expect(await setup.outputs.list(job.name)).toEqual([]);
  expect(await setup.logs.list(job.name)).toEqual([]);
  const other = again(job, { fingerprint: "v1:b" });
  records.set(other.name, other.submission_id);
  await rm(join(setup.folder, "count"));
  expect(await setup.run(other)).toMatchObject({ status: "Completed" });
  await until(
    () => has(setup, other, "unconfirmed"),
    (waits) => !waits,
  );
  expect(await setup.outputs.list(job.name)).toHaveLength(2);
});

test("a running job whose record stays missing is ended and removed, since nobody could end it", async () => {
  const job = submitted("sleep 60");
  const folder = await temporaryFolder();
  const leaderFile = join(folder, "jobs", job.name, "leader.json");
  const recordOf = async () => {
    if (!existsSync(leaderFile)) throw new Error("Storage is away.");
    return undefined;
  };
  const setup = await localSetup({ keepCopiesMs: 50, orphanMs: 400, recordOf }, folder);
  await setup.backend.submit(job);
  await until(() => existsSync(leaderFile), Boolean);
  const leader = JSON.parse(readFileSync(leaderFile, "utf8")) as ProcessId;
  expect(isRunning(leader)).toBe(true);
  await gone(setup, job);
  expect(isRunning(leader)).toBe(false);
});

test("a job whose record cannot be read, because storage is away, stays", async () => {
  let reads = 0;
  const recordOf = async () => {
    reads += 1;
    throw new Error("Storage is away.");
  };
  const setup = await localSetup({ keepCopiesMs: 20, orphanMs: 40, recordOf }, await temporaryFolder());
  const job = submitted(untilTold);
  await setup.backend.submit(job);
  await reached(setup.backend, job, "Running");
  await until(
    () => reads,
    (count) => count > 5,
  );
  expect(await look(setup.backend, job)).toMatchObject({ status: "Running" });
  tell(setup);
  await ended(setup.backend, job);
  const before = reads;
  await until(
    () => reads,
    (count) => count > before + 5,
  );
  expect(has(setup, job, "shipped.json")).toBe(true);
});
