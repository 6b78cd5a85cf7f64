import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ServiceError } from "../../../../../shared/core/errors.ts";
import type { JobFiles } from "../../../../../shared/core/ports/storage-ports.ts";
import { type Clock, systemClock } from "../../../../../shared/lib/clock.ts";
import { createDiskFiles } from "../../../../contract/backends/disk-files.ts";
import { commandJob, localSetup, ownFolder, temporaryFolder } from "../../../../contract/backends/local-jobs.ts";
import { ended, look, reached } from "../../../../contract/backends/observing.ts";
import { until } from "../../../../support/until.ts";

/** A minute of it takes 60 ms. */
const fastClock: Clock = { now: systemClock.now, sleep: (ms, signal) => systemClock.sleep(ms / 1_000, signal) };

interface Uploads {
  readonly outputs: JobFiles & { text(name: string, path: string): Promise<string> };
  /** Paths in the order of the calls. */
  readonly begun: string[];
}

/** Outputs on disk; `before` is awaited in each upload, and may refuse it. */
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

test("the whole log of a command can be read while its outputs are still being uploaded, several of them at once", async () => {
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
  expect(await look(backend, job)).toMatchObject({ status: "Finalizing" });
  await until(
    () => begun.length,
    (count) => count === 8,
  );
  resolve();
  expect(await ended(backend, job)).toMatchObject({ status: "Completed" });
  expect(await outputs.list(job.name)).toHaveLength(30);
  expect(await log(job)).toMatch(/LAST LINE\n\[jobgate\] The job is Completed\.\n$/);
});

test("a service that closes while it uploads outputs lets go of them at once", async () => {
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

test("a file that storage refuses is tried once, named in the log and kept on disk, and the job ends as its command did", async () => {
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
    '[jobgate] "outputs/bad" is not kept: The specified resource name contains invalid characters.\n',
  );
  expect((await outputs.list(job.name)).map(({ path }) => path)).toEqual(["outputs/good"]);
  expect(existsSync(join(ownFolder(directory, job), "work", "outputs", "bad"))).toBe(true);
});

test("a file that storage never takes, while it answers other calls, is given up after a time, and the job ends with the reason in its log", async () => {
  const { outputs, begun } = await uploads(async (path) => {
    if (path.endsWith("/bad"))
      throw new ServiceError("unavailable", "Storage could not write outputs/bad: it answered 500.");
  });
  const { run, log, directory } = await localSetup({ outputs, clock: fastClock });
  const job = commandJob("mkdir outputs; touch outputs/{bad,good}; exit 3");
  expect(await run(job)).toMatchObject({ status: "Failed", error: { code: "command_failed" } });
  expect(begun.filter((path) => path.endsWith("/bad")).length).toBeGreaterThan(10);
  expect(await log(job)).toContain(
    '[jobgate] "outputs/bad" is not kept: Storage could not write outputs/bad: it answered 500.\n',
  );
  expect(existsSync(join(ownFolder(directory, job), "work", "outputs", "bad"))).toBe(true);
});

test("an outage of all storage is waited out, however long it lasts", async () => {
  let isAway = true;
  const away = async () => {
    if (isAway) throw new ServiceError("unavailable", "Storage could not be reached.");
  };
  const { outputs, begun } = await uploads(away);
  const logs = createDiskFiles(await temporaryFolder());
  const list: JobFiles["list"] = async (...given) => {
    if (begun.length > 0) await away();
    return logs.list(...given);
  };
  const { backend } = await localSetup({ outputs, logs: { ...logs, list }, clock: fastClock });
  const job = commandJob("mkdir outputs; touch outputs/a");
  await backend.submit(job);
  // At 30 s between two tries, these are 25 minutes.
  await until(
    () => begun.length,
    (count) => count > 60,
  );
  expect(await look(backend, job)).toMatchObject({ status: "Finalizing" });
  isAway = false;
  expect(await ended(backend, job)).toMatchObject({ status: "Completed" });
  expect(await outputs.list(job.name)).toHaveLength(1);
});

const badName = "$(printf 'bad\\xff.txt')";

test("outputs whose names are not text are named in the log and kept on disk, and go when the job is deleted", async () => {
  const { run, log, outputs, backend, directory } = await localSetup();
  const job = commandJob(
    `mkdir -p outputs/$(printf 'dir\\xfe'); echo x > outputs/${badName}; echo y > outputs/$(printf 'dir\\xfe')/y; echo z > outputs/z`,
  );
  expect(await run(job)).toMatchObject({ status: "Completed" });
  expect((await outputs.list(job.name)).map(({ path }) => path)).toEqual(["outputs/z"]);
  const text = await log(job);
  expect(text).toContain('[jobgate] "outputs/bad\\xff.txt" is not kept: its name is not valid UTF-8.\n');
  expect(text).toContain('[jobgate] "outputs/dir\\xfe" is not kept: its name is not valid UTF-8.\n');
  const left = await readdir(join(ownFolder(directory, job), "work", "outputs"), { encoding: "latin1" });
  expect(left.sort()).toEqual(["bad\xff.txt", "dir\xfe", "z"]);
  await backend.purge(job);
  expect((await readdir(directory)).filter((name) => name !== ".staging")).toEqual([]);
  expect(await readdir(join(directory, ".staging"))).toEqual([]);
});

test("an output whose path is longer than the system or storage allows does not hold up the end of the job, nor its deletion", async () => {
  const { run, log, outputs, backend, directory } = await localSetup();
  const deep =
    "d=$(printf 'x%.0s' $(seq 200)); mkdir outputs; cd outputs; for i in $(seq 30); do mkdir $d; cd $d; done; echo lost > file";
  const manySegments = "cd \"$W/outputs\"; d=s/$(printf 'a/%.0s' $(seq 260)); mkdir -p $d; echo lost > $d/file";
  const job = commandJob(`W=$PWD; ${deep}; ${manySegments}; echo kept > "$W/outputs/short"`);
  expect(await run(job)).toMatchObject({ status: "Completed" });
  expect((await outputs.list(job.name)).map(({ path }) => path)).toEqual(["outputs/short"]);
  const text = await log(job);
  expect(text).toMatch(
    /\[jobgate\] "outputs\/x{50}[x/]+\.\.\." is not kept: its path is longer than storage allows\.\n/,
  );
  expect(text).toMatch(
    /\[jobgate\] "outputs\/s(\/a)+\/?\.\.\." is not kept: its path is longer than storage allows\.\n/,
  );
  expect(await readdir(join(ownFolder(directory, job), "work", "outputs"))).toContain("s");
  await backend.purge(job);
  expect((await readdir(directory)).filter((name) => name !== ".staging")).toEqual([]);
  expect(await readdir(join(directory, ".staging"))).toEqual([]);
});

test("a job whose output path is too long ends as it ended, also where the limit of the system comes first", async () => {
  // The folder of the outputs itself has a long path, so that the system's limit comes before that of storage.
  const { run, log, backend } = await localSetup(
    {},
    join(await temporaryFolder(), ...Array.from({ length: 17 }, () => "y".repeat(200))),
  );
  const job = commandJob(
    "d=$(printf 'x%.0s' $(seq 200)); mkdir outputs; cd outputs; for i in $(seq 4); do mkdir $d; cd $d; done; echo lost > file",
  );
  expect(await run(job)).toMatchObject({ status: "Completed" });
  expect(await log(job)).toContain("is not kept: its path is longer than the system allows.\n");
  await backend.purge(job);
});

test("many files that are not kept are counted in the log, not all named", async () => {
  const { run, log } = await localSetup();
  const job = commandJob("mkdir outputs; touch outputs/'a\\'{1..50}");
  await run(job);
  const lines = (await log(job)).split("\n").filter((line) => line.includes("not kept"));
  expect(lines).toHaveLength(22);
  expect(lines).toContain("[jobgate] 30 more files are not kept.");
});

test("a job that is deleted while its copies stay on disk is gone, and nothing of it is stored again", async () => {
  const { outputs, begun } = await uploads(async () => undefined);
  const { backend, directory } = await localSetup({ outputs, keepCopiesMs: 60_000 });
  const job = commandJob("mkdir outputs; touch outputs/a");
  await backend.submit(job);
  await reached(backend, job, "Completed");
  expect(existsSync(join(ownFolder(directory, job), "work"))).toBe(true);
  await outputs.deleteAll(job.name);
  await backend.purge(job);
  expect((await readdir(directory)).filter((name) => name !== ".staging")).toEqual([]);
  expect(begun).toEqual(["outputs/a"]);
});

test("a log that storage refuses is the notice log_incomplete of the job that has ended, with the cause, and stays on disk", async () => {
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
