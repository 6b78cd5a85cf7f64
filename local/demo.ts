/** `npm run demo`: submits an example job, prints its log and the duration of each step. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isShellSafePath } from "../shared/lib/is-shell-safe-path.ts";
import { fetchLocal, type LocalRequest, type LocalResponse } from "./fetch-local.ts";
import { readFlags } from "./read-flags.ts";
import { startErrorMessage } from "./start-error-message.ts";
import { defaultDataDirectory, startService } from "./start-service.ts";

const usage = `Starts Jobgate on this machine, runs the job examples/hello-world.yml, prints its log and stops.

Usage: npm run demo -- [options]
  --data DIR  folder for all data (default .jobgate)
  --help      print this help`;

/** Time limit of the job, without the start of the service. */
const jobTimeoutMs = 60_000;
const startedAt = performance.now();
let lastStepAt = startedAt;

/** Prints a finished step and the time since the previous step. */
function printStep(text: string): void {
  const now = performance.now();
  console.log(`${String(Math.round(now - lastStepAt)).padStart(6)} ms  ${text}`);
  lastStepAt = now;
}

interface Job {
  readonly name: string;
  readonly status: string;
  readonly log_files: Readonly<Record<string, string | undefined>>;
  readonly error?: { readonly message: string };
}

async function call(url: string, options: Omit<LocalRequest, "timeoutMs"> = {}): Promise<LocalResponse> {
  const response = await fetchLocal(url, { ...options, timeoutMs: 15_000 });
  if (response.status >= 300)
    throw new Error(`${options.method ?? "GET"} ${url} returned ${response.status}: ${response.text}`);
  return response;
}

const parseJob = ({ text }: LocalResponse) => JSON.parse(text) as Job;

/** Polls a job until it ends and prints each status once. @throws Error after `jobTimeoutMs`. */
async function waitForJob(url: string): Promise<Job> {
  const printed = new Set<string>();
  const deadline = performance.now() + jobTimeoutMs;
  for (;;) {
    const job = parseJob(await call(url));
    if (!printed.has(job.status)) printStep(`status ${job.status}`);
    printed.add(job.status);
    if (["Completed", "Failed", "Canceled"].includes(job.status)) return job;
    if (performance.now() > deadline) throw new Error(`The job is still ${job.status} after ${jobTimeoutMs / 1000} s.`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function demo(dataDirectory: string): Promise<void> {
  const file = join(import.meta.dirname, "../examples/hello-world.yml");
  // The demo must not submit to a workspace or need a key, regardless of the settings file.
  const service = await startService({
    port: 0,
    dataDirectory,
    settings: { JOBS_BACKEND: "local", JOBS_AUTH: "none" },
  });
  try {
    printStep(`Azurite and the Functions host started at ${service.url}`);
    const headers = { "content-type": "application/yaml" };
    const submitted = parseJob(
      await call(`${service.url}/api/jobs`, { method: "POST", headers, body: readFileSync(file) }),
    );
    printStep(`examples/hello-world.yml submitted as job ${submitted.name}`);
    const url = `${service.url}/api/jobs/${submitted.name}`;
    const job = await waitForJob(url);
    if (job.status !== "Completed")
      throw new Error(`The job is ${job.status}: ${job.error?.message ?? "no error message"}`);
    const { text: log } = await call(
      job.log_files["user_logs/std_log.txt"] ?? `${url}/log_files/user_logs/std_log.txt`,
    );
    printStep("log downloaded:");
    console.log(log.trimEnd().replaceAll(/^/gm, "           | "));
    const folder = isShellSafePath(dataDirectory) ? dataDirectory : `'${dataDirectory}'`;
    console.log(`
The job is stored as YAML in the blob ${submitted.name}/job.yml of the container jobs.
To read it again, start the service and then request the job in another terminal:

  npm start -- --data ${folder}
  curl -H 'Accept: application/yaml' http://127.0.0.1:7071/api/jobs/${submitted.name}
`);
  } finally {
    await service.stop();
  }
  printStep("service stopped");
  console.log(`\nTotal time: ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
}

try {
  const values = readFlags("npm run demo", {
    data: { type: "string", default: defaultDataDirectory },
    help: { type: "boolean", default: false },
  });
  if (values.help) console.log(usage);
  else await demo(values.data);
  process.exit(0);
} catch (error) {
  console.error(`The demo failed: ${startErrorMessage(error)}`);
  process.exit(1);
}
