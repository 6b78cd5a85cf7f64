// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Azure ML writes its bindings so
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { identifyProcess, isRunning } from "../../../../shared/backends/local/process/process-id.ts";
import { commandJob, localSetup, ownFolder, temporaryFolder } from "../../../contract/backends/local-jobs.ts";
import { observeJob, waitForEnd, waitForStatus } from "../../../contract/backends/observe-job.ts";
import { until } from "../../../support/until.ts";

/** Whether the process with this id still runs. A zombie counts as ended. */
const isAlive = (pid: string) => isRunning(identifyProcess(Number(pid)));

test("the log contains stdout and stderr in order, after the ignored fields and before the final status", async () => {
  const { run, log } = await localSetup();
  const job = commandJob("echo out; echo err >&2; printf end", {
    compute: "azureml:cpu-cluster",
    resources: { instance_count: 4 },
    distribution: { type: "mpi" },
    outputs: { model: { path: "azureml://datastores/d/paths/p" } },
  });
  expect(await run(job)).toMatchObject({ status: "Completed", revision: 5, log_names: ["user_logs/std_log.txt"] });
  expect(await log(job)).toBe(
    [
      `[jobgate] Job ${job.name} runs as a process on this machine, without a container.`,
      "[jobgate] Ignored on this machine: environment (azureml:any@latest), compute (azureml:cpu-cluster), " +
        "resources (instance_count 4), distribution (mpi).",
      "[jobgate] Stored by the service instead of at their own paths: outputs.model.",
      "out",
      "err",
      "end",
      "[jobgate] The job is Completed.",
      "",
    ].join("\n"),
  );
});

test.each([
  ["exit 3", "The command exited with code 3."],
  ["kill -9 $$", "The command was ended by signal SIGKILL."],
  ["no-such-program", "The command exited with code 127."],
])("%j is Failed: %s", async (command, message) => {
  const { run } = await localSetup();
  expect(await run(commandJob(command))).toMatchObject({
    status: "Failed",
    error: { code: "command_failed", message },
  });
});

test("passes its own variables and its name to a job, but no variable of the service", async () => {
  process.env.AzureWebJobsStorage = "AccountKey=secret";
  const { run, log } = await localSetup();
  const job = commandJob("env; tr '\\0' '\\n' < /proc/$PPID/environ", {
    environment_variables: { GREETING: "hello world", LANG: "C" },
  });
  await run(job);
  delete process.env.AzureWebJobsStorage;
  const text = await log(job);
  expect(text).toContain("\nGREETING=hello world\n");
  expect(text).toContain("\nLANG=C\n");
  expect(text).toContain(`\nAZUREML_RUN_ID=${job.name}\n`);
  expect(text).not.toContain("secret");
});

test("replaces literals and output paths in the command and removes optional parts without an input", async () => {
  const { run, outputs, log } = await localSetup();
  const job = commandJob(
    [
      'echo "${{inputs.word}}" $[[--no ${{inputs.none}}]]',
      "echo ${{inputs.flag}} > ${{outputs.model}}/m",
      "echo ${{inputs.n}} > ${{outputs.file}}",
      "mkdir -p outputs/a; echo 3 > outputs/a/b",
    ].join("; "),
    {
      inputs: { word: "hello", n: 3, flag: { value: true } },
      outputs: { model: null, file: { type: "uri_file" } },
    },
  );
  expect(await run(job)).toMatchObject({ status: "Completed" });
  expect(await log(job)).toContain("\nhello\n");
  expect(await outputs.text(job.name, "model/m")).toBe("True\n");
  expect(await outputs.text(job.name, "file/file")).toBe("3\n");
  expect(await outputs.text(job.name, "outputs/a/b")).toBe("3\n");
});

test("makes the log readable within 2 seconds while the command runs", async () => {
  const { backend, directory, log } = await localSetup();
  const job = commandJob("for word in first second; do echo $word; touch $word; sleep 1.2; done; sleep 60");
  await backend.submit(job);
  for (const word of ["first", "second"]) {
    await until(() => existsSync(join(ownFolder(directory, job), "work", word)), Boolean);
    await until(
      () => log(job),
      (text) => text.includes(`${word}\n`),
      2_000,
    );
  }
  expect(await observeJob(backend, job)).toMatchObject({ status: "Running" });
  await backend.cancel(job);
  await waitForEnd(backend, job);
});

test("uploads 5 MB of random bytes unchanged", async () => {
  const { run, logs } = await localSetup();
  const job = commandJob("head -c 5000000 /dev/urandom | tee copy | md5sum > sum; cat copy sum");
  expect(await run(job)).toMatchObject({ status: "Completed" });
  const chunks: Uint8Array[] = [];
  for await (const chunk of (await logs.read(job.name, "user_logs/std_log.txt"))?.body ?? []) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const from =
    bytes.lastIndexOf("[jobgate]", 1_000) === -1 ? 0 : bytes.indexOf("\n", bytes.lastIndexOf("[jobgate]", 1_000)) + 1;
  const body = bytes.subarray(from, from + 5_000_000);
  expect(bytes.subarray(from + 5_000_000).toString()).toContain(createHash("md5").update(body).digest("hex"));
});

test("truncates a log over the limit and adds a line about it", async () => {
  const { run, log } = await localSetup({ maxLogBytes: 1_000 });
  const job = commandJob("yes | head -c 1500");
  await run(job);
  expect((await log(job)).slice(1_000)).toMatch(
    /^\n?\[jobgate\] The log is truncated: .* wrote \d+ bytes, of which 1000 are stored\.\n.* Completed\.\n$/,
  );
});

test("ends a command that floods its output, with the error log_too_large", async () => {
  const { run, log } = await localSetup({ maxLogBytes: 1_000 });
  const job = commandJob("while true; do echo 0123456789; done");
  expect(await run(job)).toMatchObject({
    status: "Failed",
    error: { code: "log_too_large", message: expect.stringContaining("more than 2000 bytes") },
  });
  expect(await log(job)).toContain("The log is truncated");
});

test("ends a job after limits.timeout", async () => {
  const { run } = await localSetup();
  const job = commandJob("sleep 60", { limits: { timeout: 1 } });
  expect(await run(job)).toMatchObject({
    status: "Failed",
    error: { code: "timed_out", message: "The command ran longer than limits.timeout, 1 seconds, and was ended." },
  });
});

test("kills all descendants on cancel, also those that left the process group", async () => {
  const { backend, log } = await localSetup();
  const job = commandJob("(sleep 60 & echo pid $!; wait) & setsid bash -c 'echo pid $$; sleep 60' & wait");
  await backend.submit(job);
  const text = await until(
    () => log(job),
    (seen) => seen.split("pid ").length === 3,
  );
  await backend.cancel(job);
  expect(await waitForEnd(backend, job)).toMatchObject({ status: "Canceled" });
  for (const [, pid = ""] of text.matchAll(/pid (\d+)/g))
    await until(
      () => isAlive(pid),
      (alive) => !alive || process.platform !== "linux",
    );
});

test("kills a command that ignores SIGTERM after 5 seconds", async () => {
  const { backend, log } = await localSetup();
  const job = commandJob("trap 'echo no' TERM; echo ready; while true; do sleep 1; done");
  await backend.submit(job);
  await until(
    () => log(job),
    (seen) => seen.includes("ready\n"),
  );
  await backend.cancel(job);
  expect(await waitForEnd(backend, job)).toMatchObject({ status: "Canceled" });
  expect(await log(job)).toContain("\nno\n");
});

test("kills the background processes of a command when the command ends", async () => {
  const { run, log } = await localSetup();
  const job = commandJob("sleep 60 & echo pid $!");
  expect(await run(job)).toMatchObject({ status: "Completed" });
  const [, pid = ""] = /pid (\d+)/.exec(await log(job)) ?? [];
  await until(
    () => isAlive(pid),
    (alive) => !alive,
  );
});

test("runs five jobs at once, keeps another Queued, and can cancel it before it starts", async () => {
  const { backend } = await localSetup({ maxRunning: 5 });
  const jobs = Array.from({ length: 5 }, () => commandJob("until test -e ../../go; do sleep 0.05; done"));
  const [last, canceled] = [commandJob("true"), commandJob("true")];
  for (const job of jobs) await backend.submit(job);
  await Promise.all(jobs.map((job) => waitForStatus(backend, job, "Running")));
  expect(await backend.submit(last)).toMatchObject({ status: "Queued", revision: 1 });
  await backend.submit(canceled);
  await backend.cancel(canceled);
  const seen = await waitForEnd(backend, canceled);
  expect(seen).toMatchObject({ status: "Canceled" });
  expect(seen.started_at).toBeUndefined();
  for (const job of jobs) await backend.cancel(job);
  expect(await waitForEnd(backend, last)).toMatchObject({ status: "Completed" });
});

test("deletes the files of a finished job, and its folder when the job is deleted", async () => {
  const { backend, directory, run } = await localSetup();
  const job = commandJob("echo 1 > outputs.txt");
  await run(job);
  expect((await readdir(join(directory, job.name))).sort()).toEqual([
    "exit.json",
    "leader.json",
    "notes.txt",
    "shipped.json",
    "spec.json",
    "started",
    "supervisor.log",
  ]);
  await backend.purge(job);
  expect(await backend.observe([job])).toEqual([{ name: job.name, observation: undefined }]);
  expect((await readdir(directory)).filter((name) => name !== ".staging")).toEqual([]);
});

test("rejects to delete a running job", async () => {
  const { backend } = await localSetup();
  const job = commandJob("sleep 60");
  await backend.submit(job);
  await expect(backend.purge(job)).rejects.toMatchObject({ code: "job_not_finished" });
  await backend.cancel(job);
  await waitForEnd(backend, job);
});

test("rejects a job whose folder belongs to a name that differs in case only", async () => {
  const { backend, directory, run } = await localSetup();
  const job = commandJob("true", {}, "iris");
  await run(job);
  // The entry that a case-insensitive file system finds under the other spelling.
  await cp(join(directory, "iris"), join(directory, "Iris"), { recursive: true });
  const other = { ...job, name: "Iris" };
  expect(await backend.observe([other])).toEqual([{ name: "Iris", observation: undefined }]);
  await expect(backend.submit(other)).rejects.toMatchObject({ code: "job_folder_taken" });
  await backend.purge(other);
  expect(await observeJob(backend, job)).toMatchObject({ status: "Completed" });
});

test.each(["../escape", "", ".staging", "a/b", "a\0"])("rejects %j as a job name", async (name) => {
  const { backend } = await localSetup();
  await expect(backend.submit({ ...commandJob("true"), name })).rejects.toThrow("is not a valid job name");
});

test("ends a job that damages its own folder", async () => {
  const { run, outputs } = await localSetup();
  const job = commandJob(
    [
      "rm ../std_log.txt; mkdir ../std_log.txt",
      "rm -r ../outputs; ln -s /etc ../outputs",
      "mkdir outputs; ln -s /etc/hostname outputs/h; mkfifo outputs/f",
      "mkdir outputs/no; chmod 0 outputs/no; echo ok > outputs/ok; ln -s ok outputs/alias",
    ].join("; "),
    { outputs: { model: null } },
  );
  expect(await run(job)).toMatchObject({ status: "Completed" });
  expect((await outputs.list(job.name)).map(({ path }) => path).sort()).toEqual(["outputs/alias", "outputs/ok"]);
});

test("lists a few of the links, pipes and sockets among the outputs in the log, and frees the disk", async () => {
  const { run, log, outputs, directory } = await localSetup();
  const listen = 'require("net").createServer().listen("outputs/socket", () => process.kill(process.pid, "SIGKILL"))';
  const socket = `"${process.execPath}" -e '${listen}'`;
  const links = "ln -s /etc/hostname outputs/a; mkdir outputs/run; ln -s run outputs/last; mkfifo $'outputs/pi\\npe'";
  const job = commandJob(
    [
      `mkdir outputs; ${links}; echo ok > outputs/run/ok; ${socket}`,
      "ln -s /etc $'outputs/z\\x1b'; ln -s nowhere outputs/zz; rm -r ../outputs/model; ln -s /etc ../outputs/model",
    ].join("; "),
    { outputs: { model: null } },
  );
  expect(await run(job)).toMatchObject({ status: "Completed" });
  expect((await outputs.list(job.name)).map(({ path }) => path)).toEqual(["outputs/run/ok"]);
  const names = ["model", "outputs/a", "outputs/last"].map(
    (name) => `"${name}" (a link that does not lead to a file of the job)`,
  );
  expect(await log(job)).toContain(
    `[jobgate] Not stored, because they are not files of the job: ${names.join(", ")}, ` +
      '"outputs/pi\\npe" (a pipe), "outputs/socket" (a socket) and 2 more.\n',
  );
  expect(existsSync(ownFolder(directory, job))).toBe(false);
});

test("leaves outputs over the limit on disk and writes their location to the log", async () => {
  const { run, log, outputs, directory } = await localSetup({ maxOutputFiles: 2 });
  const job = commandJob("mkdir outputs; touch outputs/{a,b,c,d} outputs/'a\\b'");
  expect(await run(job)).toMatchObject({ status: "Completed" });
  expect((await outputs.list(job.name)).map(({ path }) => path).sort()).toEqual(["outputs/a", "outputs/b"]);
  expect(await log(job)).toContain(`[jobgate] outputs/c and all following outputs are not stored: `);
  expect(await readdir(join(ownFolder(directory, job), "work", "outputs"))).toContain("d");
});

test("fails a job whose supervisor cannot be started, with the reason", async () => {
  const folder = await temporaryFolder();
  const supervisorFile = join(folder, "broken.cjs");
  await writeFile(supervisorFile, "process.exit(1)");
  const { run } = await localSetup({ supervisorFile }, folder);
  expect(await run(commandJob("true"))).toMatchObject({ status: "Failed", error: { code: "supervisor_not_started" } });
});

test("runs a job in a folder with a blank in its path, and rejects a command that contains such a path", async () => {
  const { backend, run } = await localSetup({}, join(await temporaryFolder(), "two words"));
  expect(await run(commandJob("touch here"))).toMatchObject({ status: "Completed" });
  const job = commandJob("touch ${{outputs.model}}/m", { outputs: { model: null } });
  await expect(backend.submit(job)).rejects.toMatchObject({
    code: "unusable_folder",
    message: expect.stringMatching(/two words\/jobs\/\.run-[0-9a-f]+\/outputs\/model"/),
  });
});

test("rejects a job on a machine without bash", async () => {
  const { backend } = await localSetup();
  const { PATH } = process.env;
  process.env.PATH = "/nowhere";
  try {
    await expect(backend.submit(commandJob("true"))).rejects.toMatchObject({ code: "bash_not_found" });
    await expect(backend.ready()).rejects.toThrow("bash, which is not in PATH");
  } finally {
    process.env.PATH = PATH;
  }
});

test("reports a missing folder from ready()", async () => {
  const { backend, directory } = await localSetup();
  await backend.ready();
  await rm(directory, { recursive: true });
  await expect(backend.ready()).rejects.toThrow("ENOENT");
});
