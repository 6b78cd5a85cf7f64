/** `npm run demo`: one job from its file to its log, with the time that each step took. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { callLocal, type LocalAnswer, type LocalCall } from "./call-local.ts";
import { readFlags } from "./read-flags.ts";
import { defaultData, startService } from "./service.ts";
import { startFailure } from "./start-failure.ts";

const usage = `Starts everything, runs examples/hello-world.yml, prints its log and the time of each step, and stops everything.

Usage: npm run demo -- [options]
  --data DIR  folder that holds all data (default .jobgate)
  --help      print this`;

/** For the job alone: a busy machine takes its time to start everything. */
const giveUpMs = 60_000;
const started = performance.now();
let last = started;

/** Prints what was done, and how long it took since the line before. */
function step(text: string): void {
  const now = performance.now();
  console.log(`${String(Math.round(now - last)).padStart(6)} ms  ${text}`);
  last = now;
}

interface JobAnswer {
  readonly name: string;
  readonly status: string;
  readonly log_files: Readonly<Record<string, string | undefined>>;
  readonly error?: { readonly message: string };
}

async function call(url: string, options: Omit<LocalCall, "timeoutMs"> = {}): Promise<LocalAnswer> {
  const answer = await callLocal(url, { ...options, timeoutMs: 15_000 });
  if (answer.status >= 300)
    throw new Error(`${options.method ?? "GET"} ${url} answered ${answer.status}: ${answer.text}`);
  return answer;
}

const jobOf = ({ text }: LocalAnswer) => JSON.parse(text) as JobAnswer;

/** Follows a job until it ends, printing each status once. */
async function follow(url: string): Promise<JobAnswer> {
  const seen = new Set<string>();
  const submitted = performance.now();
  for (;;) {
    const job = jobOf(await call(url));
    if (!seen.has(job.status)) step(job.status);
    seen.add(job.status);
    if (["Completed", "Failed", "Canceled"].includes(job.status)) return job;
    if (performance.now() - submitted > giveUpMs)
      throw new Error(`The job is still ${job.status} after ${giveUpMs / 1000} s.`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function demo(dataDirectory: string): Promise<void> {
  const file = join(import.meta.dirname, "../examples/hello-world.yml");
  // On this machine and without keys: the settings are those of `npm start`.
  const service = await startService({
    port: 0,
    dataDirectory,
    settings: { JOBS_BACKEND: "local", JOBS_AUTH: "none" },
  });
  try {
    step(`Azurite and the Functions host run at ${service.url}`);
    const headers = { "content-type": "application/yaml" };
    const submitted = jobOf(
      await call(`${service.url}/api/jobs`, { method: "POST", headers, body: readFileSync(file) }),
    );
    step(`examples/hello-world.yml was submitted as job ${submitted.name}`);
    const url = `${service.url}/api/jobs/${submitted.name}`;
    const job = await follow(url);
    if (job.status !== "Completed")
      throw new Error(`The job is ${job.status}: ${job.error?.message ?? "without a reason"}`);
    const { text: log } = await call(
      job.log_files["user_logs/std_log.txt"] ?? `${url}/log_files/user_logs/std_log.txt`,
    );
    step("its log was read:");
    console.log(log.trimEnd().replaceAll(/^/gm, "           | "));
    console.log(
      `\nIts dumped YAML is the blob ${submitted.name}/job.yml in container jobs (Azurite's data: ${join(dataDirectory, "azurite")}).`,
    );
    console.log(
      `Look at it again: npm start -- --data ${/[^\w./-]/.test(dataDirectory) ? `'${dataDirectory}'` : dataDirectory}, then curl -H 'Accept: application/yaml' http://127.0.0.1:7071/api/jobs/${submitted.name}`,
    );
  } finally {
    await service.stop();
  }
  step("everything was stopped");
  console.log(`\nAll of it took ${((performance.now() - started) / 1000).toFixed(1)} s. Next: npm start`);
}

try {
  const values = readFlags("npm run demo", {
    data: { type: "string", default: defaultData },
    help: { type: "boolean", default: false },
  });
  if (values.help) console.log(usage);
  else await demo(values.data);
  process.exit(0);
} catch (error) {
  console.error(`The demo failed: ${startFailure(error)}`);
  process.exit(1);
}
