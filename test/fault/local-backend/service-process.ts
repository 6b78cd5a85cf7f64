// A service that a test kills: submits one job to a local backend and runs it to its end.
// Arguments: the folder, the job as JSON, and the behavior of its storage for outputs ("keep" or "hang").
import { join } from "node:path";
import { createLocalBackend } from "../../../shared/backends/local/local-backend.ts";
import { systemClock } from "../../../shared/lib/clock.ts";
import { createDiskFiles } from "../../contract/backends/disk-files.ts";
import { commandJob } from "../../contract/backends/local-jobs.ts";
import { waitForEnd } from "../../contract/backends/observe-job.ts";
import { createMemoryBundles } from "../../support/memory/bundles.ts";

const [, , folder = "", given = "", storage = "keep"] = process.argv;
const { name, submission_id, command } = JSON.parse(given) as {
  readonly name: string;
  readonly submission_id: string;
  readonly command: string;
};
const outputs = createDiskFiles(join(folder, "outputs"));
const backend = createLocalBackend({
  directory: join(folder, "jobs"),
  logs: createDiskFiles(join(folder, "logs")),
  outputs:
    storage === "hang" ? { ...outputs, upload: () => new Promise(() => setInterval(() => undefined, 1_000)) } : outputs,
  bundles: createMemoryBundles(),
  clock: systemClock,
  // Longer than any test, so that the next service finds the copies.
  keepCopiesMs: 600_000,
});
const job = { ...commandJob(command), name, submission_id };
await backend.submit(job);
await waitForEnd(backend, job);
