/** A simulated day of 1,000 Azure ML jobs: the delay until the service observes a change, and the number of calls. */
import { type Course, courseStateAt } from "../local/azureml-server/courses.ts";
import { type AzureMLServer, startAzureMLServer } from "../local/azureml-server/server.ts";
import { createAzureMLBackend } from "../shared/backends/azureml/azureml-backend.ts";
import type { Backend } from "../shared/core/ports/backend-port.ts";
import type { Clock } from "../shared/lib/clock.ts";
import { defined } from "../shared/lib/defined.ts";
import { submitJob } from "../shared/service/jobs/submit-job.ts";
import { createMemoryBundles } from "../test/support/memory/bundles.ts";
import { deliverAll, passTime } from "../test/support/memory/pass-time.ts";
import { createWorld, submission } from "../test/support/memory/world.ts";
import { type Figure, percentile } from "./figures.ts";

const jobs = 1000;
const daySeconds = 86_400;
/** Interval of the poll in Azure. */
const tickSeconds = 15;
const slackSeconds = 2;
/** Size of the bucket of reads in Azure Resource Manager. */
const readsBucket = 250;

interface PlannedJob {
  readonly name: string;
  /** Second of the day at which the job is submitted. */
  readonly at: number;
  readonly course: Course;
}

type BenchWorld = Omit<ReturnType<typeof createWorld>, "backend"> & { readonly backend: Backend };

export async function benchDay(): Promise<readonly Figure[]> {
  const planned = planJobs();
  const { clock, ...ports } = createWorld();
  const courses = new Map(planned.map(({ name, course }) => [name, course]));
  const server = await startAzureMLServer({ now: () => clock.now().getTime(), courseOf: (name) => courses.get(name) });
  const world = { ...ports, clock, backend: createBackend(server, clock) };
  const started = clock.now().getTime();
  const calls = await runDay(world, server, planned);
  const { delays, overdue, unfinished } = await measureDelays(world, server, planned);
  const usedReads = readsBucket - server.buckets.reads.lowest;
  await server.close();
  if (clock.now().getTime() - started < daySeconds * 1000) throw new Error("The clock was moved by less than a day.");
  const figure = (what: string, value: number, unit: string, limit?: number): Figure => ({
    bench: "day",
    what,
    value,
    unit,
    ...defined({ limit }),
  });
  return [
    figure(`${jobs} jobs over a day: jobs that are not Completed at its end`, unfinished, "jobs", 0),
    figure(`time until a change is observed, p95 of ${delays.length}`, percentile(delays, 95), "s"),
    figure("the same beyond the interval of the job's age and a tick, p95", percentile(overdue, 95), "s", slackSeconds),
    figure("most calls in one tick", calls.maxPerTick, "calls"),
    figure("calls of the data plane per job", calls.data / jobs, "calls"),
    figure("calls of Azure Resource Manager per job", calls.arm / jobs, "calls", 2),
    figure(`most of the bucket of ${readsBucket} reads that was used at once`, usedReads, "reads", readsBucket),
  ];
}

function planJobs(): readonly PlannedJob[] {
  const random = seeded(2026);
  return Array.from({ length: jobs }, (_, index) => ({
    name: `job-${index}`,
    at: random() * (daySeconds - 7200),
    course: randomCourse(random),
  }));
}

function createBackend(server: AzureMLServer, clock: Clock): Backend {
  return createAzureMLBackend({
    workspace: {
      ...server.state.workspace,
      armUrl: server.url,
      audience: server.url,
      studioUrl: "https://ml.azure.com",
      apiVersion: "2025-12-01",
    },
    credential: { getToken: async () => ({ token: "bench", expiresOnTimestamp: Number.MAX_SAFE_INTEGER }) },
    clock,
    bundles: createMemoryBundles(),
    uploads: { put: () => Promise.reject(new Error("No job of this benchmark has files.")) },
    logHosts: [],
    timeoutMs: 10_000,
  });
}

/** Submits the jobs at their times during the simulated day, and counts the calls of Azure ML. */
async function runDay(world: BenchWorld, server: AzureMLServer, planned: readonly PlannedJob[]) {
  const calls = { arm: 0, data: 0, maxPerTick: 0 };
  const waiting = planned.toSorted((a, b) => a.at - b.at);
  for (let second = 0; second < daySeconds; second += tickSeconds) {
    await passTime(world, tickSeconds / 60, async () => {
      while (waiting[0] !== undefined && waiting[0].at <= second) {
        await submitJob(world, submission({ name: waiting.shift()?.name, environment: "azureml:cpu:1" }));
        await deliverAll(world);
      }
    });
    const requests = server.takeRequests();
    const arm = requests.filter(({ plane }) => plane === "arm").length;
    calls.arm += arm;
    calls.data += requests.length - arm;
    calls.maxPerTick = Math.max(calls.maxPerTick, requests.length);
  }
  return calls;
}

/** Seconds between each change of a status and its observation, also beyond the interval of the poll. */
async function measureDelays(world: BenchWorld, server: AzureMLServer, planned: readonly PlannedJob[]) {
  const delays: number[] = [];
  const overdue: number[] = [];
  let unfinished = 0;
  for (const { name, course } of planned) {
    const record = (await world.records.get(name))?.value;
    const job = server.state.jobs.get(name);
    if (record?.status !== "Completed" || job === undefined) {
      unfinished += 1;
      continue;
    }
    const { began } = courseStateAt(course, job.createdAt, undefined, world.clock.now().getTime(), 1);
    for (const { status, at } of record.timeline.filter(({ source }) => source === "backend")) {
      const observedAt = Date.parse(at);
      const changedAt = began.findLast((step) => step.status === status && step.at <= observedAt)?.at ?? observedAt;
      const ageSeconds = (observedAt - Date.parse(record.creation_context.created_at)) / 1000;
      const interval = Math.min(world.pollMaxSeconds, Math.max(world.pollMinSeconds, ageSeconds / 10));
      delays.push((observedAt - changedAt) / 1000);
      overdue.push((observedAt - changedAt) / 1000 - interval - tickSeconds);
    }
  }
  return { delays, overdue, unfinished };
}

/** A course of typical length: half of the jobs run for less than six minutes, one in twenty for more than an hour. */
function randomCourse(random: () => number): Course {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const running = Math.min(5400, 360 * Math.exp(1.4 * normal));
  const steps = [
    { status: "Starting", seconds: 2 + 10 * random() },
    { status: "Preparing", seconds: 10 + 60 * random() },
    { status: "Queued", seconds: 120 * random() },
    { status: "Running", seconds: running },
    { status: "Finalizing", seconds: 5 + 10 * random() },
    { status: "Completed", seconds: 0 },
  ];
  return { steps, canceled: [] };
}

/** A random number generator that yields the same day each time. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}
