import { beforeEach, describe, expect, test } from "vitest";
import { ServiceError } from "../../../../shared/core/errors.ts";
import type { JobIndex } from "../../../../shared/core/ports/job-index.ts";
import { rerunJob } from "../../../../shared/service/jobs/rerun-job.ts";
import { createSubmissionQuota } from "../../../../shared/service/jobs/submission-quota.ts";
import { submitJob } from "../../../../shared/service/jobs/submit-job.ts";
import { createWorld, submission, type World } from "../../../support/memory/world.ts";

const perMinute = 3;
let world: World;
let asked: number;
/** One of several instances, which share only the storage. */
const instance = (most = perMinute) => {
  const query: JobIndex["query"] = (...args) => {
    asked += 1;
    return world.index.query(...args);
  };
  return { ...world, quota: createSubmissionQuota({ index: { ...world.index, query }, clock: world.clock }, most) };
};

beforeEach(() => {
  world = createWorld();
  asked = 0;
});

const by = (owner: string, name?: string) => submission(name === undefined ? {} : { name }, { owner });

async function fill(ports: World, owner: string, count = perMinute): Promise<void> {
  for (let job = 0; job < count; job += 1) await submitJob(ports, by(owner));
}

describe("an owner at the limit", () => {
  test("gets the time of the next free place, without a storage call, while others are accepted", async () => {
    const ports = instance();
    await fill(ports, "ada");
    world.clock.advance(20_000);
    asked = 0;
    await expect(submitJob(ports, by("ada"))).rejects.toMatchObject({
      code: "quota_exceeded",
      retryAfterSeconds: 40,
      message: "At most 3 jobs may be submitted in a minute; try again later.",
    });
    expect(asked).toBe(0);
    await fill(ports, "bob");
  });

  test("may submit again after that time, as many as are a minute old", async () => {
    const ports = instance();
    await submitJob(ports, by("ada"));
    world.clock.advance(30_000);
    await fill(ports, "ada", perMinute - 1);
    world.clock.advance(30_001);
    await submitJob(ports, by("ada"));
    await expect(submitJob(ports, by("ada"))).rejects.toMatchObject({
      code: "quota_exceeded",
      retryAfterSeconds: 29.999,
    });
  });

  test("is limited at every instance", async () => {
    await fill(instance(), "ada", 2);
    await fill(instance(), "ada", 1);
    world.clock.advance(10_000);
    const third = instance();
    await expect(submitJob(third, by("ada"))).rejects.toMatchObject({ code: "quota_exceeded", retryAfterSeconds: 50 });
    // Rejected submissions do not count.
    world.clock.advance(50_001);
    await fill(third, "ada");
  });

  test("is limited also above a page of jobs", async () => {
    await fill(world, "ada", 450);
    await expect(submitJob(instance(450), by("ada"))).rejects.toMatchObject({ code: "quota_exceeded" });
    await submitJob(instance(451), by("ada"));
  });

  test("has exactly as many jobs accepted at one moment as the limit allows", async () => {
    const ports = instance();
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => submitJob(ports, by("ada"))));
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(perMinute);
  });

  test("may repeat a submission and validate new ones", async () => {
    const ports = instance();
    await submitJob(ports, by("ada", "iris"));
    await fill(ports, "ada", perMinute - 1);
    expect(await submitJob(ports, by("ada", "iris"))).toMatchObject({ created: false });
    await expect(submitJob(ports, by("ada", "rose"))).rejects.toMatchObject({ code: "quota_exceeded" });
    expect(await world.records.get("rose")).toBeUndefined();
  });

  test("cannot avoid the limit by reruns, but may drop files into the inbox", async () => {
    const ports = instance();
    await submitJob(ports, by("ada", "iris"));
    await fill(ports, "ada", perMinute - 1);
    await expect(
      rerunJob(ports, "iris", { owner: "ada", createdBy: { name: "ada", type: "User" } }),
    ).rejects.toMatchObject({ code: "quota_exceeded" });
    await fill(ports, "inbox");
    await submitJob(ports, submission({}, { owner: "inbox", door: "inbox" }));
  });
});

test("an index that does not answer rejects no owner below the limit", async () => {
  const query = async () => {
    throw new ServiceError("unavailable", "Nobody answers.");
  };
  const ports = { ...world, quota: createSubmissionQuota({ index: { ...world.index, query }, clock: world.clock }, 1) };
  await submitJob(ports, by("ada"));
  await expect(submitJob(ports, by("ada"))).rejects.toThrow("At most one job may be submitted in a minute");
});

test("a submission costs one index query with a limit, and none without", async () => {
  await submitJob(instance(), by("ada"));
  expect(asked).toBe(1);
});
