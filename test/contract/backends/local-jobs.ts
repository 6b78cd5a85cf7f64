// Shared by tests of the local backend: a backend in a folder of its own, jobs for it, and waiting for observations.
import { randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import {
  createLocalBackend,
  type LocalBackend,
  type LocalBackendOptions,
} from "../../../shared/backends/local/local-backend.ts";
import { jobTypes } from "../../../shared/core/job/job-types.ts";
import type { BackendJob } from "../../../shared/core/ports/backend-port.ts";
import type { Observation } from "../../../shared/core/records/messages.ts";
import { systemClock } from "../../../shared/lib/clock.ts";
import { createMemoryBundles } from "../../support/memory/bundles.ts";
import { createDiskFiles } from "./disk-files.ts";
import { waitForEnd } from "./observe-job.ts";

/** A job that runs `command`, with any other fields of a command job. */
export function commandJob(
  command: string,
  fields: Readonly<Record<string, unknown>> = {},
  name = `job_${randomUUID().slice(0, 8)}`,
): BackendJob {
  const all = { name, command, environment: "azureml:any@latest", ...fields };
  return { name, submission_id: randomUUID(), job: jobTypes.command.create(all), experiment_name: "Default" };
}

/** A folder that is removed after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "jobgate-local-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** The folder of a job's working folder, inputs and outputs. */
export function ownFolder(directory: string, { name }: Pick<BackendJob, "name">): string {
  const spec = join(directory, name, "spec.json");
  if (!existsSync(spec)) return join(directory, name);
  return join(directory, (JSON.parse(readFileSync(spec, "utf8")) as { readonly run_folder: string }).run_folder);
}

export interface LocalSetup {
  readonly folder: string;
  readonly directory: string;
  readonly backend: LocalBackend;
  readonly logs: ReturnType<typeof createDiskFiles>;
  readonly outputs: ReturnType<typeof createDiskFiles>;
  /** Runs a job until it ends. */
  run(job: BackendJob): Promise<Observation>;
  log(job: BackendJob): Promise<string>;
}

/** A local backend with storage on disk, closed after the test. */
export async function localSetup(options: Partial<LocalBackendOptions> = {}, folder?: string): Promise<LocalSetup> {
  const root = folder ?? (await temporaryFolder());
  const directory = join(root, "jobs");
  const logs = createDiskFiles(join(root, "logs"));
  const outputs = createDiskFiles(join(root, "outputs"));
  const bundles = createMemoryBundles();
  const backend = createLocalBackend({
    directory,
    logs,
    outputs,
    bundles,
    clock: systemClock,
    onError: () => undefined,
    ...options,
  });
  onTestFinished(() => backend.close());
  return {
    folder: root,
    directory,
    backend,
    logs,
    outputs,
    async run(job) {
      await backend.submit(job);
      return waitForEnd(backend, job);
    },
    log: (job) => logs.text(job.name, "user_logs/std_log.txt"),
  };
}
