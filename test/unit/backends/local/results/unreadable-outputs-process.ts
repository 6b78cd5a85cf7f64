// Uploads the outputs of a job as an ordinary user, because permissions do not apply to root:
// `node unreadable-outputs-process.ts FOLDER` prints the result as JSON.
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createJobFolder } from "../../../../../shared/backends/local/folder/create-job-folder.ts";
import { openJobFolder } from "../../../../../shared/backends/local/folder/job-folder.ts";
import { removeJobFolder } from "../../../../../shared/backends/local/folder/remove-job-folder.ts";
import { createRetryUntilStored } from "../../../../../shared/backends/local/results/retry-until-stored.ts";
import { uploadOutputs } from "../../../../../shared/backends/local/results/upload-outputs.ts";
import { systemClock } from "../../../../../shared/lib/clock.ts";
import { createSemaphore } from "../../../../../shared/lib/semaphore.ts";
import { createDiskFiles } from "../../../../contract/backends/disk-files.ts";
import { plainSpec } from "../../../../support/plain-spec.ts";

const [, , folder = ""] = process.argv;
const nobody = 65_534;
if (process.getuid?.() === 0) {
  process.setegid?.(nobody);
  process.seteuid?.(nobody);
}
const directory = join(folder, "jobs");
const outputs = createDiskFiles(join(folder, "outputs"));
mkdirSync(directory);
await createJobFolder(directory, plainSpec, "");
const job = await openJobFolder(directory, "a");
if (job === undefined) throw new Error("The job folder is missing.");
const left = join(job.path, "work", "outputs");
mkdirSync(join(left, "d"), { recursive: true });
for (const file of ["d/inside", "file", "ok"]) writeFileSync(join(left, file), "x\n");
for (const path of ["d", "file"]) chmodSync(join(left, path), 0);

const { signal } = new AbortController();
const retry = createRetryUntilStored({ clock: systemClock, signal, probe: async () => undefined });
const uploaded = await uploadOutputs(
  { outputs, outputLimits: { maxFiles: 100, maxBytes: 1_000_000 }, uploads: createSemaphore(8) },
  job,
  retry,
  signal,
);
const stored = (await outputs.list("a")).map(({ path }) => path);
const isOnDisk = existsSync(join(left, "d")) && existsSync(join(left, "file"));
await removeJobFolder(directory, job);
console.log(JSON.stringify({ ...uploaded, stored, isOnDisk, isRemoved: !existsSync(job.path) }));
