import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ServiceError } from "../../../../../shared/core/errors.ts";
import type { JobFiles } from "../../../../../shared/core/ports/storage-ports.ts";
import { type Clock, systemClock } from "../../../../../shared/lib/clock.ts";
import { createDiskFiles } from "../../../../contract/backends/disk-files.ts";
import { commandJob, localSetup, ownFolder, temporaryFolder } from "../../../../contract/backends/local-jobs.ts";
import { observeJob, waitForEnd, waitForStatus } from "../../../../contract/backends/observe-job.ts";
import { until } from "../../../../support/until.ts";

/** A minute passes in 60 ms. */
const fastClock: Clock = { now: systemClock.now, sleep: (ms, signal) => systemClock.sleep(ms / 1_000, signal) };

interface Uploads {
  readonly outputs: JobFiles & { text(name: string, path: string): Promise<string> };
  /** Paths in the order of their uploads. */
  readonly begun: string[];
}

/** Outputs on disk. Each upload awaits `before`, which may throw to refuse it. */
async function uploads(before: (path: string, signal: AbortSignal | undefined) => Promise<unknown>): Promise<Uploads> {
  const outputs = createDiskFiles(await temporaryFolder());
  const begun: string[] = [];
  return {
    begun,
    outputs: {
      ...outputs,
      async upload(name, path, file, options) {
        begun.push(path);
        await before(path, options?.signal);
        await outputs.upload(name, path, file, options);
      },
    },
  };
}

const never = (signal: AbortSignal | undefined) =>
  new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));

test("makes the whole log readable while outputs are uploaded, several at a time", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const { outputs, begun } = await uploads(() => promise);
  const { backend, log } = await localSetup({ outputs });
  const job = commandJob("mkdir outputs; for i in $(seq 30); do echo $i > outputs/f$i; done; echo LAST LINE");
  await backend.submit(job);
  expect(
    await until(
      () => log(job),
      (text) => text.includes("LAST LINE\n"),
    ),
  ).not.toContain("The job is");
  // The last line may be there a moment before the process ends.
  await until(
    () => begun.length,
    (count) => count === 8,
  );
  expect(await observeJob(backend, job)).toMatchObject({ status: "Finalizing" });
  resolve();
  expect(await waitForEnd(backend, job)).toMatchObject({ status: "Completed" });
  expect(await outputs.list(job.name)).toHaveLength(30);
  expect(await log(job)).toMatch(/LAST LINE\n\[jobgate\] The job is Completed\.\n$/);
});

test("aborts the uploads of outputs when the backend is closed", async () => {
  const { outputs, begun } = await uploads((_path, signal) => never(signal));
  const { backend, directory } = await localSetup({ outputs });
  const job = commandJob("mkdir outputs; touch outputs/a");
  await backend.submit(job);
  await until(
    () => begun.length,
    (count) => count === 1,
  );
  await backend.close();
  expect(await readdir(join(directory, job.name))).not.toContain("shipped.json");
});

test("does not retry a file that storage rejects, lists it in the log, keeps it on disk and ends the job", async () => {
  const refusal = Object.assign(new Error("The specified resource name contains invalid characters."), {
    statusCode: 400,
  });
  const { outputs, begun } = await uploads(async (path) => {
    if (path.endsWith("/bad")) throw refusal;
  });
  const { run, log, directory } = await localSetup({ outputs });
  const job = commandJob("mkdir outputs; touch outputs/{bad,good}");
  expect(await run(job)).toMatchObject({ status: "Completed" });
  expect(begun.filter((path) => path.endsWith("/bad"))).toHaveLength(1);
  expect(await log(job)).toContain(
    '[jobgate] "outputs/bad" is not stored: The specified resource name contains invalid characters.\n',
  );
  expect((await outputs.list(job.name)).map(({ path }) => path)).toEqual(["outputs/good"]);
  expect(existsSync(join(ownFolder(directory, job), "work", "outputs", "bad"))).toBe(true);
});

test("stops retrying a file that always fails while other calls succeed, with the reason in the log", async () => {
  const { outputs, begun } = await uploads(async (path) => {
    if (path.endsWith("/bad"))
      throw new ServiceError("unavailable", "Storage could not write outputs/bad: it answered 500.");
  });
  const { run, log, directory } = await localSetup({ outputs, clock: fastClock });
  const job = commandJob("mkdir outputs; touch outputs/{bad,good}; exit 3");
  expect(await run(job)).toMatchObject({ status: "Failed", error: { code: "command_failed" } });
  expect(begun.filter((path) => path.endsWith("/bad")).length).toBeGreaterThan(10);
  expect(await log(job)).toContain(
    '[jobgate] "outputs/bad" is not stored: Storage could not write outputs/bad: it answered 500.\n',
  );
  expect(existsSync(join(ownFolder(directory, job), "work", "outputs", "bad"))).toBe(true);
});

test("waits for the end of an outage of all storage", async () => {
  let isUnavailable = true;
  const outage = async () => {
    if (isUnavailable) throw new ServiceError("unavailable", "Storage could not be reached.");
  };
  const { outputs, begun } = await uploads(outage);
  const logs = createDiskFiles(await temporaryFolder());
  const list: JobFiles["list"] = async (...given) => {
    if (begun.length > 0) await outage();
    return logs.list(...given);
  };
  const { backend } = await localSetup({ outputs, logs: { ...logs, list }, clock: fastClock });
  const job = commandJob("mkdir outputs; touch outputs/a");
  await backend.submit(job);
  // With 30 s between two attempts, this is 25 minutes.
  await until(
    () => begun.length,
    (count) => count > 60,
  );
  expect(await observeJob(backend, job)).toMatchObject({ status: "Finalizing" });
  isUnavailable = false;
  expect(await waitForEnd(backend, job)).toMatchObject({ status: "Completed" });
  expect(await outputs.list(job.name)).toHaveLength(1);
});

const badName = "$(printf 'bad\\xff.txt')";
const badFolder = "$(printf 'dir\\xfe')";
/** A path of folders with names of 200 characters. */
const deepFile = (depth: number) =>
  `d=$(printf 'x%.0s' $(seq 200)); for i in $(seq ${depth}); do mkdir $d; cd $d; done; echo lost > file`;

test("lists outputs with invalid UTF-8 names in the log and keeps them until the job is deleted", async () => {
  const { run, log, outputs, backend, directory } = await localSetup();
  const job = commandJob(
    [
      `mkdir -p outputs/${badFolder}; echo x > outputs/${badName}`,
      `echo y > outputs/${badFolder}/y; echo z > outputs/z`,
    ].join("; "),
  );
  expect(await run(job)).toMatchObject({ status: "Completed" });
  expect((await outputs.list(job.name)).map(({ path }) => path)).toEqual(["outputs/z"]);
  const text = await log(job);
  expect(text).toContain('[jobgate] "outputs/bad\\xff.txt" is not stored: its name is not valid UTF-8.\n');
  expect(text).toContain('[jobgate] "outputs/dir\\xfe" is not stored: its name is not valid UTF-8.\n');
  const left = await readdir(join(ownFolder(directory, job), "work", "outputs"), { encoding: "latin1" });
  expect(left.sort()).toEqual(["bad\xff.txt", "dir\xfe", "z"]);
  await backend.purge(job);
  expect((await readdir(directory)).filter((name) => name !== ".staging")).toEqual([]);
  expect(await readdir(join(directory, ".staging"))).toEqual([]);
});

test("ends and deletes a job with an output path that is longer than the system or storage allows", async () => {
  const { run, log, outputs, backend, directory } = await localSetup();
  const deep = `mkdir outputs; cd outputs; ${deepFile(30)}`;
  const manySegments = "cd \"$W/outputs\"; d=s/$(printf 'a/%.0s' $(seq 260)); mkdir -p $d; echo lost > $d/file";
  const job = commandJob(`W=$PWD; ${deep}; ${manySegments}; echo kept > "$W/outputs/short"`);
  expect(await run(job)).toMatchObject({ status: "Completed" });
  expect((await outputs.list(job.name)).map(({ path }) => path)).toEqual(["outputs/short"]);
  const text = await log(job);
  expect(text).toMatch(
    /\[jobgate\] "outputs\/x{50}[x/]+\.\.\." is not stored: its path is longer than storage allows\.\n/,
  );
  expect(text).toMatch(
    /\[jobgate\] "outputs\/s(\/a)+\/?\.\.\." is not stored: its path is longer than storage allows\.\n/,
  );
  expect(await readdir(join(ownFolder(directory, job), "work", "outputs"))).toContain("s");
  await backend.purge(job);
  expect((await readdir(directory)).filter((name) => name !== ".staging")).toEqual([]);
  expect(await readdir(join(directory, ".staging"))).toEqual([]);
});

test("ends and deletes a job with a too long output path where the limit of the system applies first", async () => {
  // The data folder has a long path, so that the limit of the system is reached before that of storage.
  const { run, log, backend } = await localSetup(
    {},
    join(await temporaryFolder(), ...Array.from({ length: 17 }, () => "y".repeat(200))),
  );
  const job = commandJob(`mkdir outputs; cd outputs; ${deepFile(4)}`);
  expect(await run(job)).toMatchObject({ status: "Completed" });
  expect(await log(job)).toContain("is not stored: its path is longer than the system allows.\n");
  await backend.purge(job);
});

test("counts many files that cannot be stored in the log instead of listing all", async () => {
  const { run, log } = await localSetup();
  const job = commandJob("mkdir outputs; touch outputs/'a\\'{1..50}");
  await run(job);
  const lines = (await log(job)).split("\n").filter((line) => line.includes("not stored"));
  expect(lines).toHaveLength(22);
  expect(lines).toContain("[jobgate] 30 more files are not stored.");
});

test("deletes a job whose copies are still on disk, and uploads none of them again", async () => {
  const { outputs, begun } = await uploads(async () => undefined);
  const { backend, directory } = await localSetup({ outputs, keepCopiesMs: 60_000 });
  const job = commandJob("mkdir outputs; touch outputs/a");
  await backend.submit(job);
  await waitForStatus(backend, job, "Completed");
  expect(existsSync(join(ownFolder(directory, job), "work"))).toBe(true);
  await outputs.deleteAll(job.name);
  await backend.purge(job);
  expect((await readdir(directory)).filter((name) => name !== ".staging")).toEqual([]);
  expect(begun).toEqual(["outputs/a"]);
});

test("reports a log that storage rejects as the notice log_incomplete and keeps it on disk", async () => {
  const logs = createDiskFiles(await temporaryFolder());
  const append = () =>
    Promise.reject(Object.assign(new Error("The blob type is invalid for this operation."), { statusCode: 400 }));
  const { run, directory } = await localSetup({ logs: { ...logs, append } });
  const job = commandJob("echo hello; exit 3");
  const observation = await run(job);
  expect(observation).toMatchObject({
    status: "Failed",
    error: { message: "The command exited with code 3." },
    notice: {
      code: "log_incomplete",
      message: expect.stringMatching(/only on the machine that ran the job\. The cause: The blob type is invalid/),
    },
  });
  expect(await readFile(join(directory, job.name, "std_log.txt"), "utf8")).toContain("hello\n");
});
