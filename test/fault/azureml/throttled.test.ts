import { describe, expect, test } from "vitest";
import { json } from "../../../local/azureml-server/request-and-reply.ts";
import { submitJob } from "../../../shared/service/jobs/submit-job.ts";
import {
  type AzureMLWorld,
  azuremlSubmission,
  recordOf,
  statuses,
  submitJobs,
  useAzureMLWorld,
} from "../../support/azureml.ts";
import { deliverAll, passTime } from "../../support/memory/pass-time.ts";

const jobs = 200;
const tooMany = (headers: Readonly<Record<string, string>>) =>
  json(429, { error: { code: "TooManyRequests", message: "Slow down." } }, headers);

/** Rejects all requests for a minute. Returns their number. */
async function throttleForAMinute(world: AzureMLWorld, headers: Readonly<Record<string, string>>): Promise<number> {
  const fault = world.server.faults.add({ matches: () => true, effect: { kind: "answer", answer: tooMany(headers) } });
  await passTime(world, 1);
  fault.end();
  return fault.count;
}

/** Waits until the status of every job was requested again. Returns the minutes. */
async function minutesToRecover(world: AzureMLWorld, names: readonly string[]): Promise<number> {
  const since = world.clock.now();
  for (let minutes = 0.25; minutes <= 10; minutes += 0.25) {
    await passTime(world, 0.25);
    const requested = new Set(
      world.server.requests
        .filter(({ status }) => status === 200)
        .map(({ path }) => /runs\/([^/]+)\/details/.exec(path)?.[1]),
    );
    if (names.every((name) => requested.has(name))) return (world.clock.now().getTime() - since.getTime()) / 60_000;
  }
  throw new Error("Not every job was requested again within ten minutes.");
}

async function running(): Promise<{ readonly world: AzureMLWorld; readonly names: readonly string[] }> {
  const world = await useAzureMLWorld();
  const names = await submitJobs(world, jobs);
  await passTime(world, 2);
  expect(await statuses(world, names)).toEqual({ Running: jobs });
  world.server.takeRequests();
  return { world, names };
}

describe("a minute in which Azure ML rejects every request with 429", () => {
  test.each([
    ["retry-after", "7", 1.25],
    ["retry-after", "", 1.25],
    ["retry-after", "0", 1.25],
    ["retry-after", "-5", 1.25],
    ["retry-after", "soon", 1.25],
    ["x-ms-retry-after-ms", "7000", 1.25],
    ["retry-after", "1000000", 5.25],
  ] as const)(
    "with %s: %j has at most one request for ten jobs, and all are requested within %f minutes after it",
    async (header, value, withinMinutes) => {
      const { world, names } = await running();
      const calls = await throttleForAMinute(world, value === "" ? {} : { [header]: value });
      expect(calls).toBeGreaterThan(0);
      expect(calls).toBeLessThanOrEqual(jobs / 10);
      expect(await minutesToRecover(world, names)).toBeLessThanOrEqual(withinMinutes);
      expect(await statuses(world, names)).toEqual({ Running: jobs });
    },
  );

  test("with Retry-After as a date has the same limits", async () => {
    const { world, names } = await running();
    const until = new Date(world.clock.now().getTime() + 45_000);
    const calls = await throttleForAMinute(world, { "retry-after": until.toUTCString() });
    expect(calls).toBeGreaterThan(0);
    expect(calls).toBeLessThanOrEqual(jobs / 10);
    expect(await minutesToRecover(world, names)).toBeLessThanOrEqual(1.25);
  });

  test("does not fail a job that is submitted meanwhile", async () => {
    const world = await useAzureMLWorld();
    const fault = world.server.faults.add({
      matches: () => true,
      effect: { kind: "answer", answer: tooMany({ "retry-after": "7" }) },
    });
    await submitJob(world, azuremlSubmission("iris"));
    await deliverAll(world);
    await passTime(world, 1);
    expect(fault.count).toBeGreaterThan(0);
    expect(await recordOf(world, "iris")).toMatchObject({
      status: "NotStarted",
      dispatch_claimed_at: expect.any(String),
    });
    fault.end();
    await passTime(world, 2);
    expect(await recordOf(world, "iris")).toMatchObject({ status: "Completed" });
  });
});

test("honors Retry-After of a 500 like that of a 429", async () => {
  const { world } = await running();
  const wrapped = json(
    500,
    { error: { code: "ServiceError", message: "Received 503 from a service request" } },
    { "retry-after": "60" },
  );
  const fault = world.server.faults.add({ matches: () => true, effect: { kind: "answer", answer: wrapped } });
  await passTime(world, 1);
  expect(fault.count).toBeGreaterThan(0);
  expect(fault.count).toBeLessThanOrEqual(jobs / 10);
});
