import { beforeEach, describe, expect, test } from "vitest";
import type { Notice } from "../../../../shared/core/records/notice.ts";
import type { JobRecord } from "../../../../shared/core/records/record.ts";
import { cancelJob } from "../../../../shared/service/jobs/cancel-job.ts";
import { submitJob } from "../../../../shared/service/jobs/submit-job.ts";
import { createSharedRead, type ShownJob, waitForJob } from "../../../../shared/service/jobs/wait-for-job.ts";
import { createWorld, submission, type World } from "../../../support/memory/world.ts";

let world: World;
const isFirst = ({ revision }: { readonly revision: number }) => revision === 1;

beforeEach(async () => {
  world = createWorld();
  await submitJob(world, submission());
});

/** Reads like storage: a call whose signal is aborted throws the reason of the signal. */
function faultyAfterAbort(get: World["records"]["get"]): World["records"]["get"] {
  return async (name, options) => {
    options?.signal?.throwIfAborted();
    return get(name, options);
  };
}

describe("waiting for a job", () => {
  test("returns at once if the caller has another state", async () => {
    expect(await waitForJob(world, "iris", 60, () => false)).toMatchObject({ revision: 1 });
    expect(world.clock.sleeps).toEqual([]);
  });

  test("returns at once without seconds", async () => {
    await waitForJob(world, "iris", 0, isFirst);
    expect(world.clock.sleeps).toEqual([]);
  });

  test("ends within a second of its change", async () => {
    world.clock.whileSleeping = (slept) => (slept === 3 ? cancelJob(world, "iris") : undefined);
    expect(await waitForJob(world, "iris", 60, isFirst)).toMatchObject({ revision: 2, status: "Canceled" });
    expect(world.clock.sleeps).toEqual([1000, 1000, 1000]);
  });

  test("ends after the seconds, with the current job", async () => {
    const began = world.clock.now().getTime();
    expect(await waitForJob(world, "iris", 2.5, isFirst)).toMatchObject({ revision: 1 });
    expect(world.clock.now().getTime() - began).toBe(2500);
  });

  test("ends when the caller disconnects", async () => {
    const gone = new AbortController();
    world.clock.whileSleeping = () => gone.abort();
    const records = { ...world.records, get: (name: string) => world.records.get(name) };
    await waitForJob({ ...world, records }, "iris", 60, isFirst, { signal: gone.signal });
    expect(world.clock.sleeps).toHaveLength(1);
  });

  test("returns the job without an error if the caller disconnects before the first read", async () => {
    const records = { ...world.records, get: faultyAfterAbort(world.records.get) };
    expect(await waitForJob({ ...world, records }, "iris", 60, isFirst, { signal: AbortSignal.abort() })).toMatchObject(
      { revision: 1 },
    );
  });

  test("ends when the job is deleted", async () => {
    world.clock.whileSleeping = async () => world.records.delete("iris", (await world.records.get("iris"))?.etag ?? "");
    await expect(waitForJob(world, "iris", 60, isFirst)).rejects.toMatchObject({ code: "job_not_found" });
  });

  test("returns at once if the job is finished", async () => {
    await cancelJob(world, "iris");
    expect(await waitForJob(world, "iris", 60, () => true)).toMatchObject({ status: "Canceled" });
    expect(world.clock.sleeps).toEqual([]);
  });

  test("costs one read per second for all callers", async () => {
    let looks = 0;
    const records = {
      ...world.records,
      get: (name: string) => {
        looks += 1;
        return world.records.get(name);
      },
    };
    const ports = { ...world, records, sharedRead: createSharedRead({ records, clock: world.clock }) };
    world.clock.whileSleeping = (slept) => (slept === 3 ? cancelJob(world, "iris") : undefined);
    const seen = await Promise.all(Array.from({ length: 50 }, () => waitForJob(ports, "iris", 60, isFirst)));
    expect(new Set(seen.map(({ status }) => status))).toEqual(new Set(["Canceled"]));
    // Each wait makes its own first read.
    expect(looks).toBe(50 + 3);
  });
});

describe("while storage refuses writes", () => {
  const trouble: Notice = {
    code: "storage_full",
    message: "The disk of storage is full.",
    since: "2026-03-01T12:00:00.000Z",
  };
  const full = () => ({ ...world, storageTrouble: async () => trouble });

  test("a job has a notice about it, at the same revision", async () => {
    expect(await waitForJob(full(), "iris", 0, () => false)).toMatchObject({
      revision: 1,
      notice: trouble,
      overlay: "storage_full",
    });
    expect((await world.records.get("iris"))?.value.notice).toBeUndefined();
  });

  test("a finished job, and one with a notice of its own, stay as they are", async () => {
    const found = await world.records.get("iris");
    const own = { ...trouble, code: "dns" } as const;
    await world.records.replace({ ...(found?.value as JobRecord), notice: own }, found?.etag ?? "");
    expect(await waitForJob(full(), "iris", 0, () => false)).toMatchObject({ notice: own });
    await cancelJob(world, "iris");
    expect((await waitForJob(full(), "iris", 0, () => false)).notice).toBeUndefined();
  });

  test("a waiting caller receives the notice when it begins and when it ends", async () => {
    let now: Notice | undefined;
    const ports = { ...world, storageTrouble: async () => now };
    const tag = ({ revision, overlay }: ShownJob) => `${revision}${overlay ?? ""}`;
    world.clock.whileSleeping = (slept) => {
      now = slept === 2 ? trouble : now;
    };
    expect(await waitForJob(ports, "iris", 60, (job) => tag(job) === "1")).toMatchObject({ notice: trouble });
    world.clock.whileSleeping = () => {
      now = undefined;
    };
    expect((await waitForJob(ports, "iris", 60, (job) => tag(job) === "1storage_full")).notice).toBeUndefined();
  });
});
