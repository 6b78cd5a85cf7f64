import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import {
  commandJob,
  type LocalSetup,
  localSetup,
  ownFolder,
  temporaryFolder,
} from "../../contract/backends/local-jobs.ts";
import { waitForEnd } from "../../contract/backends/observe-job.ts";
import { until } from "../../support/until.ts";

interface Victim {
  readonly folder: string;
  readonly job: ReturnType<typeof commandJob>;
  /** Starts a service on the folder. */
  start(): ChildProcess;
  /** Whether a file of the job's folder exists. */
  has(file: string): boolean;
  /** Ends the wait of a command that contains `untilReleased`. */
  release(): void;
}

async function victim(command: string, storage: "keep" | "hang" = "keep"): Promise<Victim> {
  const folder = await temporaryFolder();
  const job = commandJob(command);
  const { name, submission_id } = job;
  return {
    folder,
    job,
    has: (file) => existsSync(join(folder, "jobs", name, file)),
    release: () => writeFileSync(join(folder, "released"), ""),
    start() {
      const program = join(import.meta.dirname, "service-process.ts");
      const child = spawn(
        process.execPath,
        [program, folder, JSON.stringify({ name, submission_id, command }), storage],
        { stdio: "ignore" },
      );
      onTestFinished(() => void child.kill("SIGKILL"));
      return child;
    },
  };
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once("exit", (_code, signal) => resolve(signal)));
  child.kill("SIGKILL");
  expect(await gone).toBe("SIGKILL");
}

/** Another service on the same folder, as after a restart. */
async function restart({
  folder,
  job,
}: Victim): Promise<LocalSetup & { readonly last: Awaited<ReturnType<typeof waitForEnd>> }> {
  const setup = await localSetup({}, folder);
  await setup.backend.submit(job);
  return { ...setup, last: await waitForEnd(setup.backend, job) };
}

const countOnce = 'echo run >> "$PWD/../../../count"';
const released = 'test -e "$PWD/../../../released"';
const untilReleased = `until ${released}; do sleep 0.05; done`;
const runs = ({ folder }: Victim) => readFileSync(join(folder, "count"), "utf8");

test.each(["spec.json", "started", "leader.json"])(
  "runs a command once and keeps its outcome when the service is killed at the creation of %s",
  async (file) => {
    const lost = await victim(`${countOnce}; ${untilReleased}; echo done; exit 7`);
    const service = lost.start();
    await until(() => lost.has(file), Boolean);
    await kill(service);
    expect(lost.has("exit.json")).toBe(false);

    lost.release();
    const { last, log } = await restart(lost);
    expect(last).toMatchObject({ status: "Failed", error: { message: "The command exited with code 7." } });
    expect(runs(lost)).toBe("run\n");
    expect(await log(lost.job)).toMatch(
      /^\[jobgate\][\s\S]*?\ndone\n\[jobgate\] The job is Failed: The command exited with code 7\.\n$/,
    );
  },
);

test("keeps the outcome and outputs of a job that ends while no service runs", async () => {
  const lost = await victim(`${countOnce}; ${untilReleased}; mkdir outputs; echo kept > outputs/a`);
  const service = lost.start();
  await until(() => lost.has("leader.json"), Boolean);
  await kill(service);
  lost.release();
  await until(() => lost.has("exit.json"), Boolean);
  expect(lost.has("shipped.json")).toBe(false);

  const { last, outputs } = await restart(lost);
  expect(last).toMatchObject({ status: "Completed" });
  expect(await outputs.text(lost.job.name, "outputs/a")).toBe("kept\n");
  expect(runs(lost)).toBe("run\n");
});

test("uploads the outputs before a job is Completed, also when a service was killed during the upload", async () => {
  const lost = await victim(`${countOnce}; mkdir outputs; echo kept > outputs/a`, "hang");
  const service = lost.start();
  await until(() => lost.has("exit.json"), Boolean);
  await kill(service);
  expect(lost.has("shipped.json")).toBe(false);

  const { last, outputs } = await restart(lost);
  expect(last).toMatchObject({ status: "Completed" });
  expect(await outputs.text(lost.job.name, "outputs/a")).toBe("kept\n");
  expect(runs(lost)).toBe("run\n");
});

test.each(["notes.txt", "unconfirmed", "shipped.json"])(
  "uploads all files once and frees the disk when the service is killed at %s and storage loses its files",
  async (file) => {
    const lost = await victim(`${countOnce}; mkdir outputs; echo kept > outputs/a; echo a line`);
    const service = lost.start();
    await until(() => lost.has(file), Boolean);
    await kill(service);
    for (const container of ["logs", "outputs"]) rmSync(join(lost.folder, container), { recursive: true, force: true });

    const setup = await localSetup({ keepCopiesMs: 100 }, lost.folder);
    expect(await waitForEnd(setup.backend, lost.job)).toMatchObject({ status: "Completed" });
    await until(() => lost.has("shipped.json") && !lost.has("unconfirmed"), Boolean);
    expect(await setup.outputs.text(lost.job.name, "outputs/a")).toBe("kept\n");
    expect((await setup.log(lost.job)).match(/a line\n|The job is Completed\.\n/g)).toEqual([
      "a line\n",
      "The job is Completed.\n",
    ]);
    expect(existsSync(join(ownFolder(setup.directory, lost.job), "work"))).toBe(false);
    expect(runs(lost)).toBe("run\n");
  },
);

test("uploads every line of a log once when services are killed repeatedly while the log grows", async () => {
  const lost = await victim(`i=0; until ${released}; do echo "line $((i += 1))"; sleep 0.005; done`);
  const log = () => {
    const file = join(lost.folder, "logs", lost.job.name, "user_logs", "std_log.txt");
    return existsSync(file) ? readFileSync(file, "utf8") : "";
  };
  for (let kills = 0; kills < 4; kills++) {
    const before = log().length;
    const service = lost.start();
    await until(log, (text) => text.length > before + 500);
    await kill(service);
  }
  expect(lost.has("exit.json")).toBe(false);

  lost.release();
  const { last } = await restart(lost);
  expect(last).toMatchObject({ status: "Completed" });
  const lines = log()
    .split("\n")
    .filter((line) => line.startsWith("line"));
  expect(lines.length).toBeGreaterThan(200);
  expect(lines).toEqual(lines.map((_, index) => `line ${index + 1}`));
});

test("cancels a job whose first service was killed", async () => {
  const lost = await victim("sleep 60");
  const service = lost.start();
  await until(() => lost.has("leader.json"), Boolean);
  await kill(service);
  const { backend } = await localSetup({}, lost.folder);
  await backend.cancel(lost.job);
  expect(await waitForEnd(backend, lost.job)).toMatchObject({ status: "Canceled" });
});

test("resumes jobs at the start of the next service", async () => {
  const lost = await victim(untilReleased);
  const service = lost.start();
  await until(() => lost.has("leader.json"), Boolean);
  await kill(service);
  lost.release();
  const { backend } = await localSetup({}, lost.folder);
  await backend.ready();
  await until(() => lost.has("shipped.json"), Boolean);
});
