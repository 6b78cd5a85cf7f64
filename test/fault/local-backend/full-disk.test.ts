import { execFileSync } from "node:child_process";
import { statfsSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createDiskFiles } from "../../contract/backends/disk-files.ts";
import { commandJob, type LocalSetup, localSetup, temporaryFolder } from "../../contract/backends/local-jobs.ts";
import { waitForEnd } from "../../contract/backends/observe-job.ts";
import { until } from "../../support/until.ts";

/** A backend whose jobs are on a small disk, apart from its storage. Mounting the disk requires root. */
async function onSmallDisk(): Promise<LocalSetup & { readonly freeBytes: () => number }> {
  const disk = await temporaryFolder();
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=16m", "tmpfs", disk]);
  onTestFinished(() => void execFileSync("umount", ["--lazy", disk]));
  const storage = await temporaryFolder();
  const [logs, outputs] = [createDiskFiles(join(storage, "logs")), createDiskFiles(join(storage, "outputs"))];
  const setup = await localSetup({ logs, outputs }, disk);
  const freeBytes = () => statfsSync(disk).bavail * statfsSync(disk).bsize;
  return { ...setup, outputs, log: (job) => logs.text(job.name, "user_logs/std_log.txt"), freeBytes };
}

test("writes the outcome of a job that fills the disk, while the disk is full", async () => {
  const { backend, directory, freeBytes, log } = await onSmallDisk();
  const job = commandJob(
    "head -c 40000000 /dev/zero > big.bin; touch full; until test -e go; do sleep 0.05; done; exit 6",
  );
  await backend.submit(job);
  await until(freeBytes, (bytes) => bytes === 0);
  // The supervisor must write the outcome without a service.
  await backend.close();
  const [{ pid }] = [
    JSON.parse(await readFile(join(directory, job.name, "leader.json"), "utf8")) as { readonly pid: number },
  ];
  process.kill(pid, "SIGKILL");
  const exit = join(directory, job.name, "exit.json");
  const text = await until(
    () => readFile(exit, "utf8").catch(() => ""),
    (content) => content !== "",
  );
  expect(freeBytes()).toBe(0);
  expect(JSON.parse(text)).toMatchObject({
    status: "Failed",
    error: { message: "The command was ended by signal SIGKILL." },
  });
  expect(await log(job)).not.toContain("supervisor");
});

test("finishes a job that ends on a full disk, with its log and its outputs", async () => {
  const { run, log, outputs } = await onSmallDisk();
  const job = commandJob(
    "mkdir outputs; echo kept > outputs/small; head -c 40000000 /dev/zero > outputs/big; sleep 0.3; echo end; exit 6",
  );
  expect(await run(job)).toMatchObject({ status: "Failed", error: { message: "The command exited with code 6." } });
  expect(await log(job)).toMatch(/No space left on device[\s\S]*\nend\n\[jobgate\]/);
  expect(await outputs.text(job.name, "outputs/small")).toBe("kept\n");
});

test("completes a job whose log can no longer grow", async () => {
  const { backend, freeBytes } = await onSmallDisk();
  const job = commandJob("trap '' PIPE; head -c 40000000 /dev/zero; head -c 40000000 /dev/zero >&2; exit 7");
  await backend.submit(job);
  expect(await waitForEnd(backend, job)).toMatchObject({
    status: "Failed",
    error: { message: "The command exited with code 7." },
  });
  await until(freeBytes, (bytes) => bytes > 0);
});

test("rejects a job with the reason storage_full on a full disk, and runs it once there is space", async () => {
  const { backend, folder, run } = await onSmallDisk();
  await writeFile(join(folder, "filler"), Buffer.alloc(40_000_000)).catch(() => undefined);
  const job = commandJob("echo hello");
  await expect(backend.submit(job)).rejects.toMatchObject({
    code: "unavailable",
    reason: "storage_full",
    message: expect.stringContaining("Free some space"),
  });
  await rm(join(folder, "filler"));
  expect(await run(job)).toMatchObject({ status: "Completed" });
});
