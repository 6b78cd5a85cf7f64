/**
 * The timeline is the outbox of events: whatever the sink does, no event is lost or reordered, and no call waits for
 * long.
 */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { JobRecord } from "../../../../shared/core/records/record.ts";
import { deleteJob } from "../../../../shared/service/jobs/delete-job.ts";
import { editJob } from "../../../../shared/service/jobs/edit-job.ts";
import { submitJob } from "../../../../shared/service/jobs/submit-job.ts";
import { applyUpdate } from "../../../../shared/service/lifecycle/apply-update.ts";
import { dispatchJob } from "../../../../shared/service/lifecycle/dispatch-job.ts";
import { healJobs } from "../../../../shared/service/lifecycle/heal-jobs.ts";
import { EventsNotPublished, publishEvents } from "../../../../shared/service/lifecycle/publish-events.ts";
import { expectGone, expectSettled } from "../../../support/memory/expect-settled.ts";
import { deliverAll, passTime } from "../../../support/memory/pass-time.ts";
import { createWorld, submission, type World } from "../../../support/memory/world.ts";
import { newRecord } from "../../../support/new-record.ts";

let world: World;

beforeEach(async () => {
  world = createWorld();
  await submitJob(world, submission());
});

const record = async () => (await world.records.get("iris"))?.value;
const row = async () => (await world.openJobs.get("iris"))?.value;
const seqs = () => world.events.published.map(({ seq }) => seq);
const long = (entries: number): JobRecord => ({
  ...newRecord(),
  timeline: Array.from({ length: entries }, (_, index) => ({
    seq: index + 1,
    status: "Running",
    at: "2026-03-01T12:00:00.000Z",
    source: "backend" as const,
  })),
});

describe("unpublished events", () => {
  test("are published in batches, oldest first, after the last published one", async () => {
    expect(await publishEvents(world.events, long(350), 120)).toBe(350);
    expect(world.events.calls.map((batch) => [batch[0]?.seq, batch.at(-1)?.seq])).toEqual([
      [121, 220],
      [221, 320],
      [321, 350],
    ]);
  });

  test("cause no call if there are none", async () => {
    expect(await publishEvents(world.events, long(3), 3)).toBe(3);
    expect(world.events.calls).toEqual([]);
  });

  test("count as published up to the last batch that the sink accepted", async () => {
    const publish: World["events"]["publish"] = async ([first]) => {
      if ((first?.seq ?? 0) > 200) throw new Error("full");
    };
    await expect(publishEvents({ publish }, long(350), 0)).rejects.toMatchObject({
      publishedSeq: 200,
      cause: new Error("full"),
    });
  });

  test("stay unpublished if the sink fails without a reason", async () => {
    await expect(publishEvents({ publish: () => Promise.reject() }, long(1), 0)).rejects.toThrow(EventsNotPublished);
  });

  test("are not published further after the caller aborted", async () => {
    world.events.fault = "hangs";
    const gone = new AbortController();
    const published = publishEvents(world.events, long(1), 0, { signal: gone.signal });
    gone.abort(new Error("gone"));
    await expect(published).rejects.toMatchObject({ publishedSeq: 0, cause: new Error("gone") });
  });
});

describe.each(["fails", "half", "lost"] as const)("while the event sink %s", (fault) => {
  beforeEach(() => {
    world.events.fault = fault;
  });

  test("jobs run to their end, and no event is lost when it is back", async () => {
    await passTime(world, 1);
    world.backend.say("iris", { status: "Running" });
    await passTime(world, 1);
    expect(await record()).toMatchObject({ status: "Running" });
    expect(await row()).toMatchObject({ dispatched_at: expect.any(String), published_seq: 0 });
    world.backend.say("iris", { status: "Completed" });
    await passTime(world, 2);
    const { status, creation_context } = (await record()) as JobRecord;
    expect([status, (await world.index.get("iris", creation_context.created_at))?.status]).toEqual([
      "Completed",
      "Completed",
    ]);
    expect(await row()).toBeDefined();
    world.events.fault = undefined;
    await passTime(world, 2);
    await expectSettled(world, "iris");
  });

  test("no message fails because of it, and healing reports the cause", async () => {
    await dispatchJob(world, world.queues.dispatches.shift());
    expect(await record()).toMatchObject({ status: "Queued" });
    // Healing is due at the next tick, not in an hour.
    expect(await healJobs(world)).toMatchObject({
      checked: 1,
      failed: [
        {
          name: "iris",
          error: { message: "The events of job iris could not be published: The event sink cannot be reached." },
        },
      ],
    });
  });

  test("a deleted job is purged only after its events are published", async () => {
    await deliverAll(world);
    world.backend.say("iris", { status: "Completed" });
    await passTime(world, 1);
    await deleteJob(world, "iris");
    await passTime(world, 5);
    expect(await record()).toMatchObject({ deleted_at: expect.any(String) });
    world.events.fault = undefined;
    await passTime(world, 2);
    await expectGone(world, "iris");
    expect(seqs()).toEqual([1, 2, 3]);
  });
});

test("while the event sink fails, the timeline keeps all unpublished entries, however long it gets", async () => {
  world.events.fault = "fails";
  await deliverAll(world);
  const about = { schema_version: 1, name: "iris", submission_id: (await record())?.submission_id } as const;
  for (let turn = 0; turn < 520; turn += 1) {
    world.clock.advance(1);
    const observation = {
      status: turn % 2 === 0 ? "Running" : "NotResponding",
      observed_at: world.clock.now().toISOString(),
    };
    await applyUpdate(world, { ...about, kind: "status", observation });
  }
  expect((await record())?.timeline.length).toBe(522);
  world.events.fault = undefined;
  world.backend.say("iris", { status: "Completed" });
  await passTime(world, 5);
  expect((await record())?.timeline.length).toBe(500);
  expect(seqs()).toEqual(Array.from({ length: seqs().length }, (_, index) => index + 1));
  expect(world.events.published.at(-1)).toMatchObject({ status: "Completed" });
});

describe("while the event sink hangs", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    world.events.fault = "hangs";
  });
  afterEach(() => vi.useRealTimers());

  /** Expects that the operation ends exactly at the time limit of the sink. */
  async function afterLimit<T>(run: Promise<T>): Promise<T> {
    let done = false;
    void run.finally(() => (done = true));
    await vi.advanceTimersByTimeAsync(4999);
    expect(done).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    return run;
  }

  test("a dispatch continues after five seconds, and the job is polled", async () => {
    await afterLimit(deliverAll(world));
    expect(await row()).toMatchObject({ dispatched_at: expect.any(String), heal_at: world.clock.now().toISOString() });
  });

  test("healing continues with the next job, and everything is published when the sink is back", async () => {
    await submitJob(world, submission({ name: "rose" }));
    world.clock.advance(60_000);
    const healing = healJobs(world);
    await vi.advanceTimersByTimeAsync(5000);
    await vi.advanceTimersByTimeAsync(5000);
    const error = (name: string) => ({
      message: `The events of job ${name} could not be published: The event sink did not respond within 5000 ms.`,
    });
    expect((await healing).failed).toMatchObject([
      { name: "iris", error: error("iris") },
      { name: "rose", error: error("rose") },
    ]);
    world.events.fault = undefined;
    world.clock.advance(60_000);
    expect((await healJobs(world)).failed).toEqual([]);
    expect(world.events.published.map(({ id }) => id.split(":")[0])).toEqual(["iris", "rose"]);
  });

  test("an edit is answered, and the rest is left to healing", async () => {
    const edited = editJob(world, "iris", { edit: { tags: { a: "1" } }, by: { name: "local", type: "User" } });
    expect(await afterLimit(edited)).toMatchObject({ edits: { tags: { a: "1" } } });
  });
});
