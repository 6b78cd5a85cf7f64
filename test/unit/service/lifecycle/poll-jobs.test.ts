import { beforeEach, describe, expect, test } from "vitest";
import { ServiceError } from "../../../../shared/core/errors.ts";
import { submitJob } from "../../../../shared/service/jobs/submit-job.ts";
import { handlePoisonDispatch } from "../../../../shared/service/lifecycle/dispatch-job-poison.ts";
import { healJobs } from "../../../../shared/service/lifecycle/heal-jobs.ts";
import { pollJobs } from "../../../../shared/service/lifecycle/poll-jobs.ts";
import { createMemoryBackend } from "../../../support/memory/backend.ts";
import { deliverAll, passTime } from "../../../support/memory/pass-time.ts";
import { createWorld, submission, type World } from "../../../support/memory/world.ts";

let world: World;

beforeEach(() => {
  world = createWorld();
});

const row = async (name = "iris") => (await world.openJobs.get(name))?.value;
const record = async (name = "iris") => (await world.records.get(name))?.value;

/** A job that the backend has. */
async function dispatched(name = "iris"): Promise<void> {
  await submitJob(world, submission({ name }));
  await deliverAll(world);
}

/** Counts the calls of a port. */
function counting<P extends object>(port: P): { readonly port: P; readonly calls: string[] } {
  const calls: string[] = [];
  const counted = new Proxy(port, {
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key);
      if (typeof value !== "function") return value;
      return (...args: unknown[]) => {
        calls.push(String(key));
        return Reflect.apply(value, target, args);
      };
    },
  });
  return { port: counted, calls };
}

describe("a tick", () => {
  test("without open jobs makes a single query", async () => {
    const openJobs = counting(world.openJobs);
    expect(await pollJobs({ ...world, openJobs: openJobs.port })).toEqual({ due: 0, sent: 0, deferred: 0, failed: [] });
    expect(openJobs.calls).toEqual(["due"]);
    expect(world.backend.calls.observe).toBe(0);
  });

  test("observes a young job each time, and writes nothing without a change", async () => {
    await dispatched();
    const openJobs = counting(world.openJobs);
    for (let tick = 0; tick < 5; tick += 1) {
      world.clock.advance(2000);
      expect(await pollJobs({ ...world, openJobs: openJobs.port })).toEqual({
        due: 1,
        sent: 0,
        deferred: 0,
        failed: [],
      });
    }
    expect([world.backend.calls.observe, new Set(openJobs.calls)]).toEqual([5, new Set(["due"])]);
    expect(world.queues.updates).toEqual([]);
  });

  test.each([
    [10, 2],
    [100, 10],
    [400, 40],
    [3600, 60],
    [1_000_000, 60],
  ])("observes a job of %i seconds again after %i", async (age, seconds) => {
    await dispatched();
    world.clock.advance(age * 1000);
    await pollJobs(world);
    const again = Date.parse((await row())?.next_poll_at ?? "") - world.clock.now().getTime();
    expect(again).toBeLessThanOrEqual(seconds * 1000);
    if (seconds > 2) expect(again).toBe(seconds * 1000);
  });

  test("observes many jobs per call, a hundred at a time, the most overdue first", async () => {
    for (let index = 0; index < 250; index += 1) {
      await dispatched(`job-${index}`);
      world.clock.advance(1);
    }
    const asked: string[][] = [];
    const observe: World["backend"]["observe"] = async (jobs, options) => {
      asked.push(jobs.map(({ name }) => name));
      return world.backend.observe(jobs, options);
    };
    world.clock.advance(60_000);
    await pollJobs({ ...world, backend: { ...world.backend, observe } });
    expect(asked.map((names) => names.length)).toEqual([100, 100, 50]);
    expect(asked.flat().slice(0, 3)).toEqual(["job-0", "job-1", "job-2"]);
  });

  test("passes only the name and the submission of a job to the backend", async () => {
    await dispatched();
    let asked: unknown;
    const observe: World["backend"]["observe"] = async (jobs, options) => {
      asked = jobs;
      return world.backend.observe(jobs, options);
    };
    world.clock.advance(5000);
    await pollJobs({ ...world, backend: { ...world.backend, observe } });
    expect(asked).toEqual([{ name: "iris", submission_id: (await record())?.submission_id }]);
  });

  test("leaves the rest for the next tick after 20 seconds", async () => {
    for (let index = 0; index < 250; index += 1) await dispatched(`job-${index}`);
    const observe: World["backend"]["observe"] = async (jobs, options) => {
      world.clock.advance(15_000);
      return world.backend.observe(jobs, options);
    };
    world.clock.advance(60_000);
    expect(await pollJobs({ ...world, backend: { ...world.backend, observe } })).toMatchObject({
      due: 250,
      deferred: 50,
    });
  });
});

describe("jobs of another backend", () => {
  const other = () => ({ ...world, backend: createMemoryBackend({ clock: world.clock, id: "other" }) });
  const told =
    "Open jobs of the backend memory: 1. This service runs other (JOBS_BACKEND), so they are neither started nor polled until it runs memory again.";

  test("are not polled, and each gets its notice once", async () => {
    await dispatched();
    world.clock.advance(5000);
    const elsewhere = other();
    expect(await pollJobs(elsewhere)).toEqual({ due: 0, sent: 0, deferred: 0, failed: [], others: told });
    const noted = await record();
    expect(noted).toMatchObject({ status: "Queued", notice: { code: "other_backend" } });
    expect((await world.index.get("iris", noted?.creation_context.created_at ?? ""))?.notice).toEqual(noted?.notice);

    const records = counting(world.records);
    expect(await pollJobs({ ...elsewhere, records: records.port })).toMatchObject({ others: told });
    expect(records.calls).toEqual([]);
    expect(elsewhere.backend.calls).toMatchObject({ observe: 0, submit: 0 });
  });

  test("continue at once when their backend is run again, even with a status that was just sent", async () => {
    await dispatched();
    world.clock.advance(5000);
    world.backend.say("iris", { status: "Running" });
    await pollJobs(world);
    await deliverAll(world);
    await pollJobs(other());
    expect((await record())?.notice?.code).toBe("other_backend");
    world.clock.advance(2000);
    await pollJobs(world);
    await deliverAll(world);
    expect(await record()).toMatchObject({ status: "Running" });
    expect(await record()).not.toHaveProperty("notice");
  });

  test("are submitted only to their own backend, whatever happens to their messages", async () => {
    await submitJob(world, submission());
    const elsewhere = other();
    await passTime(elsewhere, 5);
    const { submission_id = "" } = (await record()) ?? {};
    const message = { schema_version: 1, name: "iris", submission_id };
    expect(await handlePoisonDispatch(elsewhere, message)).toContain("job iris waits for the backend memory");
    expect([elsewhere.backend.started, (await record())?.status, (await record())?.notice?.code]).toEqual([
      [],
      "NotStarted",
      "other_backend",
    ]);
    await passTime(world, 5);
    expect(world.backend.started).toEqual(["iris"]);
    expect(await record()).not.toHaveProperty("notice");
  });

  test("whose notice cannot be stored get it at the next tick", async () => {
    await dispatched();
    world.clock.advance(5000);
    const replace = () => Promise.reject(new ServiceError("unavailable", "down"));
    expect(await pollJobs({ ...other(), records: { ...world.records, replace } })).toMatchObject({ others: told });
    expect((await record())?.notice).toBeUndefined();
    await pollJobs(other());
    expect((await record())?.notice?.code).toBe("other_backend");
  });
});

describe("a change", () => {
  beforeEach(async () => {
    await dispatched();
    world.backend.say("iris", { status: "Running" });
    world.clock.advance(5000);
  });

  test("becomes one message, and its digest is stored on the row", async () => {
    expect(await pollJobs(world)).toMatchObject({ sent: 1 });
    expect(world.queues.updates).toMatchObject([
      { kind: "status", name: "iris", observation: { status: "Running", observed_at: "2026-03-01T12:00:05.000Z" } },
    ]);
    expect(await row()).toMatchObject({ sent_digest: expect.any(String), sent_at: "2026-03-01T12:00:05.000Z" });
  });

  test("that is being processed is not sent again for a minute", async () => {
    await pollJobs(world);
    for (let tick = 0; tick < 50; tick += 1) {
      world.clock.advance(1000);
      await pollJobs(world);
    }
    expect(world.queues.updates).toHaveLength(1);
    world.clock.advance(12_000);
    await pollJobs(world);
    expect(world.queues.updates).toHaveLength(2);
  });

  test("that was applied is not sent again", async () => {
    await pollJobs(world);
    await deliverAll(world);
    await passTime(world, 5);
    expect(world.events.published.filter(({ status }) => status === "Running")).toHaveLength(1);
    world.clock.advance(60_000);
    expect(await pollJobs(world)).toMatchObject({ sent: 0 });
  });

  test("is written on the row before it is sent", async () => {
    const sendUpdate = async () => {
      expect(await row()).toMatchObject({ sent_at: "2026-03-01T12:00:05.000Z" });
      throw new Error("The queue is gone.");
    };
    await expect(pollJobs({ ...world, queues: { ...world.queues, sendUpdate } })).rejects.toThrow("The queue is gone.");
  });

  test("may be sent by two ticks at the same time", async () => {
    await Promise.all([pollJobs(world), pollJobs(world)]);
    await deliverAll(world);
    expect((await record())?.timeline.map(({ status }) => status)).toEqual(["NotStarted", "Queued", "Running"]);
  });
});

describe("a dispatch that has not ended", () => {
  beforeEach(() => submitJob(world, submission()));

  test("is enqueued again after a minute, then each time after twice as long", async () => {
    world.queues.dispatches.length = 0;
    const sent: number[] = [];
    for (let second = 1; second <= 1800; second += 1) {
      world.clock.advance(1000);
      if ((await pollJobs(world)).sent > 0) sent.push(second);
    }
    expect(sent).toEqual([60, 120, 240, 480, 960, 1560]);
  });

  test("is not enqueued again once the backend has the job", async () => {
    await deliverAll(world);
    world.clock.advance(120_000);
    await pollJobs(world);
    expect(world.queues.dispatches).toEqual([]);
  });

  test("is enqueued again while the backend cannot be asked about other jobs", async () => {
    await deliverAll(world);
    await submitJob(world, submission({ name: "rose" }));
    world.queues.dispatches.length = 0;
    world.backend.always("observe", { kind: "unreachable" });
    world.clock.advance(61_000);
    expect(await pollJobs(world)).toEqual({
      due: 2,
      sent: 1,
      deferred: 0,
      failed: [],
      outage: expect.objectContaining({ message: "The backend cannot be reached." }),
    });
    expect(world.queues.dispatches).toMatchObject([{ name: "rose" }]);
  });
});

describe("a backend that", () => {
  beforeEach(async () => {
    await dispatched();
    world.clock.advance(5000);
  });

  test("cannot be reached gets one call per tick", async () => {
    for (let index = 0; index < 150; index += 1) await dispatched(`job-${index}`);
    world.clock.advance(60_000);
    world.backend.always("observe", { kind: "unreachable" });
    expect(await pollJobs(world)).toMatchObject({
      outage: expect.objectContaining({ message: "The backend cannot be reached." }),
    });
    expect(world.backend.calls.observe).toBe(1);
    world.backend.always("observe", undefined);
    expect(await pollJobs(world)).not.toHaveProperty("trouble");
  });

  test("throttles gets no calls until the requested time is over", async () => {
    world.backend.plan("observe", { kind: "throttled", retryAfterSeconds: 100 });
    expect(await pollJobs(world)).toMatchObject({
      outage: expect.objectContaining({ message: "The backend is busy." }),
    });
    world.clock.advance(99_000);
    expect(await pollJobs(world)).toEqual({
      due: 1,
      sent: 0,
      deferred: 1,
      failed: [],
      pause: new Date(world.clock.now().getTime() + 1000),
    });
    expect(world.backend.calls.observe).toBe(1);
    world.clock.advance(1000);
    await pollJobs(world);
    expect(world.backend.calls.observe).toBe(2);
  });

  test("fails for some jobs does not hide the others, and the failed ones are polled later", async () => {
    const names = Array.from({ length: 9 }, (_, index) => `rose-${index}`);
    for (const name of names) await submitJob(world, submission({ name }));
    await deliverAll(world);
    for (const name of names) world.backend.say(name, { status: "Running" });
    world.clock.advance(2000);
    const isBad = ({ name }: { readonly name: string }) => name === "rose-2" || name === "rose-7";
    const observe: World["backend"]["observe"] = async (refs, options) => {
      if (refs.some(isBad)) throw new Error("No word about this one.");
      return world.backend.observe(refs, options);
    };
    const report = await pollJobs({ ...world, backend: { ...world.backend, observe } });
    expect(report).toMatchObject({ sent: 7, deferred: 0 });
    expect(report.failed.map(({ name, error }) => [name, `${error}`]).toSorted()).toEqual([
      ["rose-2", "Error: No word about this one."],
      ["rose-7", "Error: No word about this one."],
    ]);
    expect((await world.openJobs.get("rose-2"))?.value.next_poll_at).toBe(
      new Date(world.clock.now().getTime() + 10_000).toISOString(),
    );
  });

  test("leaves a job out of its answer gets a call about it again", async () => {
    const observe = async () => [];
    expect(await pollJobs({ ...world, backend: { ...world.backend, observe } })).toEqual({
      due: 1,
      sent: 0,
      deferred: 0,
      failed: [],
    });
  });
});

describe("a job that the backend does not have", () => {
  beforeEach(async () => {
    await dispatched();
    world.backend.drop("iris");
  });

  test("three times in a row is Failed, with time between the requests", async () => {
    const began = world.clock.now().getTime();
    while ((await record())?.status !== "Failed" && world.clock.now().getTime() - began < 600_000) {
      world.clock.advance(2000);
      await pollJobs(world);
      await deliverAll(world);
    }
    expect(await record()).toMatchObject({
      status: "Failed",
      error: { code: "backend_job_not_found" },
      not_found_at: expect.arrayContaining([expect.any(String)]),
    });
    expect(world.clock.now().getTime() - began).toBeGreaterThanOrEqual(20_000);
    expect(await row()).toBeUndefined();
  });

  test("and then has again continues, and its count is reset", async () => {
    const submission_id = (await record())?.submission_id ?? "";
    const look = async () => {
      world.clock.advance(15_000);
      await pollJobs(world);
      await deliverAll(world);
    };
    for (let round = 0; round < 3; round += 1) {
      world.backend.drop("iris");
      await look();
      await look();
      expect((await record())?.not_found_at).toHaveLength(2);
      await world.backend.submit({ name: "iris", submission_id } as never);
      await look();
      expect(await record()).toMatchObject({ status: "Queued", not_found_at: [] });
    }
  });

  test("in an answer about another submission of its name is not counted", async () => {
    await world.openJobs.merge("iris", { submission_id: "another" });
    world.clock.advance(15_000);
    await pollJobs(world);
    await deliverAll(world);
    const found = await record();
    expect(found?.not_found_at).toBeUndefined();
    expect((await row())?.submission_id).toBe(found?.submission_id);
  });
});

describe("after a submission of the same name overwrote the row", () => {
  test("the job keeps its own dispatch and its own end", async () => {
    await dispatched();
    const theirs = await row();
    const look = "2026-03-01T12:01:00.000Z";
    await world.openJobs.put({
      name: "iris",
      submission_id: "another",
      backend: "memory",
      created_at: look,
      next_poll_at: look,
      heal_at: look,
      published_seq: 0,
    });
    world.clock.advance(60_000);
    await healJobs(world);
    expect(await row()).toMatchObject({
      submission_id: theirs?.submission_id,
      dispatched_at: theirs?.dispatched_at,
      published_seq: 2,
    });
  });
});

describe("signed log URLs", () => {
  beforeEach(async () => {
    world = createWorld({ logs: "signed", urlMinutes: 60 });
    await dispatched();
  });

  const kept = async () => world.logUrls.get("iris");

  test("are fetched once the job has logs", async () => {
    await passTime(world, 1);
    expect(world.backend.calls.logUrls).toBe(0);
    world.backend.say("iris", { status: "Running", log_names: ["user_logs/std_log.txt"] });
    await passTime(world, 1);
    expect(await kept()).toMatchObject({ urls: { "user_logs/std_log.txt": expect.stringContaining("sig=") } });
    expect(await row()).toMatchObject({ log_urls_expire_at: (await kept())?.expires_at });
  });

  test("are refreshed before they expire, as long as the job is open", async () => {
    world.backend.say("iris", { status: "Running", log_names: ["std_log.txt"] });
    await passTime(world, 5 * 60, async () => {
      const urls = await kept();
      if (urls !== undefined)
        expect(Date.parse(urls.expires_at) - world.clock.now().getTime()).toBeGreaterThan(5 * 60_000);
    });
    expect(world.backend.calls.logUrls).toBeGreaterThanOrEqual(5);
    expect(world.backend.calls.logUrls).toBeLessThanOrEqual(7);
  });

  test("are requested again after a minute if a refresh failed", async () => {
    world.backend.plan("logUrls", { kind: "unreachable" });
    world.backend.say("iris", { status: "Running", log_names: ["std_log.txt"] });
    await passTime(world, 3);
    expect(world.backend.calls.logUrls).toBe(2);
    expect(await kept()).toBeDefined();
  });

  test("are stored only in the container log-urls", async () => {
    world.backend.say("iris", { status: "Running", log_names: ["std_log.txt"] });
    await pollJobs(world);
    const messages = JSON.stringify(world.queues.updates);
    await passTime(world, 2);
    const everything = JSON.stringify([await record(), await row(), world.events.published, messages]);
    expect(await kept()).toBeDefined();
    expect(everything).not.toContain("sig=");
  });
});
