import { beforeEach, describe, expect, test } from "vitest";
import { ServiceError } from "../../../../shared/core/errors.ts";
import type { DispatchMessage } from "../../../../shared/core/records/messages.ts";
import type { JobRecord } from "../../../../shared/core/records/record.ts";
import { cancelJob } from "../../../../shared/service/jobs/cancel-job.ts";
import { submitJob } from "../../../../shared/service/jobs/submit-job.ts";
import { dispatchJob } from "../../../../shared/service/lifecycle/dispatch-job.ts";
import { handlePoisonDispatch } from "../../../../shared/service/lifecycle/dispatch-job-poison.ts";
import { jobReader } from "../../../support/job-reader.ts";
import { expectSettled } from "../../../support/memory/expect-settled.ts";
import { passTime } from "../../../support/memory/pass-time.ts";
import { createWorld, submission, type World } from "../../../support/memory/world.ts";
import { until } from "../../../support/until.ts";

let world: World;
let message: DispatchMessage;

beforeEach(async () => {
  world = createWorld();
  await submitJob(world, submission());
  message = world.queues.dispatches.shift() as DispatchMessage;
});

/** The backend gets the job, but its answer is lost. */
const submitUnanswered = async () => {
  const job = jobReader.jobOf((await record()) as JobRecord);
  await world.backend.submit({ name: "iris", submission_id: message.submission_id, job, experiment_name: "Default" });
};
const record = async () => (await world.records.get("iris"))?.value;
const row = async () => (await world.openJobs.get("iris"))?.value;

describe("a dispatch", () => {
  test("submits the job to the backend and stores the observation", async () => {
    await dispatchJob(world, message);
    expect(await record()).toMatchObject({
      status: "Queued",
      backend_id: "memory/iris",
      dispatch_claimed_at: expect.any(String),
      dispatched_at: expect.any(String),
    });
    expect(await row()).toMatchObject({
      dispatched_at: expect.any(String),
      applied_digest: expect.any(String),
      published_seq: 2,
    });
    expect(world.events.published.map(({ status }) => status)).toEqual(["NotStarted", "Queued"]);
  });

  test("submits the job with its name and experiment", async () => {
    const seen: unknown[] = [];
    const submit: World["backend"]["submit"] = (job, options) => {
      seen.push([job.name, job.submission_id, job.experiment_name, job.job.name, job.job.type]);
      return world.backend.submit(job, options);
    };
    await dispatchJob({ ...world, backend: { ...world.backend, submit } }, message);
    expect(seen).toEqual([["iris", message.submission_id, "Default", "iris", "command"]]);
  });

  test("passes the trace of the submission on to the backend", async () => {
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const seen: unknown[] = [];
    const submit: World["backend"]["submit"] = (job, options) => {
      seen.push(options?.traceparent);
      return world.backend.submit(job, options);
    };
    await submitJob(world, submission({ name: "rose" }), { traceparent });
    const ports = { ...world, backend: { ...world.backend, submit } };
    for (const sent of [message, ...world.queues.dispatches]) await dispatchJob(ports, sent);
    expect(seen).toEqual([undefined, traceparent]);
  });

  test("claims the job before the backend is called", async () => {
    let claimed: string | undefined;
    const submit: World["backend"]["submit"] = async (job, options) => {
      claimed = (await record())?.dispatch_claimed_at;
      return world.backend.submit(job, options);
    };
    await dispatchJob({ ...world, backend: { ...world.backend, submit } }, message);
    expect(claimed).toBe("2026-03-01T12:00:00.000Z");
  });

  test("reads the record once and writes it twice", async () => {
    const calls = { get: 0, replace: 0 };
    const count = <K extends keyof typeof calls>(key: K): World["records"][K] =>
      ((...args: Parameters<World["records"][K]>) => {
        calls[key] += 1;
        return Reflect.apply(world.records[key], world.records, args);
      }) as World["records"][K];
    await dispatchJob(
      { ...world, records: { ...world.records, get: count("get"), replace: count("replace") } },
      message,
    );
    expect(calls).toEqual({ get: 1, replace: 2 });
  });

  test("of a job that ends at once deletes its row", async () => {
    const submit: World["backend"]["submit"] = async (job, options) => ({
      ...(await world.backend.submit(job, options)),
      status: "Completed",
    });
    await dispatchJob({ ...world, backend: { ...world.backend, submit } }, message);
    expect((await expectSettled(world, "iris")).status).toBe("Completed");
  });
});

describe("the backend runs the job once", () => {
  test("when the message is repeated", async () => {
    for (let delivery = 0; delivery < 5; delivery += 1) await dispatchJob(world, message);
    expect(world.backend.started).toEqual(["iris"]);
    expect(world.backend.calls.submit).toBe(1);
  });

  test("when the message is delivered five times at once", async () => {
    await Promise.all(Array.from({ length: 5 }, () => dispatchJob(world, message)));
    expect(world.backend.started).toEqual(["iris"]);
    expect(await record()).toMatchObject({ status: "Queued" });
  });

  test("when its answers are lost repeatedly", async () => {
    world.backend.plan("submit", { kind: "lost" }, { kind: "lost" }, { kind: "lost" });
    await dispatchJob(world, message);
    await passTime(world, 10);
    expect(world.backend.started).toEqual(["iris"]);
    expect(world.backend.calls.submit).toBe(4);
    expect(await record()).toMatchObject({ status: "Queued", dispatched_at: expect.any(String) });
  });

  test("when every call reaches it twice", async () => {
    world.backend.always("submit", { kind: "twice" });
    await dispatchJob(world, message);
    expect(world.backend.started).toEqual(["iris"]);
  });

  test("when its answer arrives after another delivery has ended", async () => {
    let answer = (): void => undefined;
    world.backend.plan("submit", { kind: "late", until: new Promise<void>((resolve) => (answer = resolve)) });
    const slow = dispatchJob(world, message);
    await dispatchJob(world, message);
    world.backend.say("iris", { status: "Running" });
    answer();
    await slow;
    expect(world.backend.started).toEqual(["iris"]);
    expect((await record())?.timeline.map(({ status }) => status)).toEqual(["NotStarted", "Queued"]);
  });
});

test("applies an answer that arrives after another delivery only if it is newer", async () => {
  let answer = (): void => undefined;
  const until = new Promise<void>((resolve) => (answer = resolve));
  const submit: World["backend"]["submit"] = async (job, options) => {
    await until;
    return world.backend.submit(job, options);
  };
  const slow = dispatchJob({ ...world, backend: { ...world.backend, submit } }, message);
  await dispatchJob(world, message);
  world.clock.advance(1000);
  world.backend.say("iris", { status: "Completed" });
  answer();
  await slow;
  expect((await expectSettled(world, "iris")).timeline.map(({ status }) => status)).toEqual([
    "NotStarted",
    "Queued",
    "Completed",
  ]);
});

test("does not count an outdated answer as applied", async () => {
  let answer = (): void => undefined;
  world.backend.plan("submit", { kind: "late", until: new Promise<void>((resolve) => (answer = resolve)) });
  const slow = dispatchJob(world, message);
  await until(() => world.backend.has("iris"), Boolean);
  world.clock.advance(1000);
  world.backend.say("iris", { status: "Running" });
  await dispatchJob(world, message);
  const before = await row();
  answer();
  await slow;
  expect((await row())?.applied_digest).toBe(before?.applied_digest);
  expect(await record()).toMatchObject({ status: "Running" });
});

describe("a message is completed without a call to the backend", () => {
  test.each<[string, () => Promise<unknown>]>([
    [
      "when the job does not exist",
      async () => world.records.delete("iris", (await world.records.get("iris"))?.etag ?? ""),
    ],
    ["when the job was canceled", () => cancelJob(world, "iris")],
  ])("%s", async (_what, meanwhile) => {
    await meanwhile();
    await dispatchJob(world, message);
    expect(world.backend.calls.submit).toBe(0);
  });

  test("when it is about another submission of that name", async () => {
    await dispatchJob(world, { ...message, submission_id: "another" });
    expect(world.backend.calls.submit).toBe(0);
    expect((await record())?.dispatch_claimed_at).toBeUndefined();
  });
});

test.each([
  [{}],
  ["text"],
  [{ schema_version: 2, name: "iris", submission_id: "x" }],
  [{ schema_version: 1, name: "iris" }],
])("an invalid message (%j) is an error for the host", async (received) => {
  await expect(dispatchJob(world, received)).rejects.toThrow("Not a message of this queue");
});

describe("a backend that refuses", () => {
  test("fails the job with its reason", async () => {
    world.backend.plan("submit", { kind: "refused", code: "quota_exceeded" });
    await dispatchJob(world, message);
    const failed = await expectSettled(world, "iris");
    expect(failed).toMatchObject({
      status: "Failed",
      error: { code: "quota_exceeded", message: "The backend refuses: quota_exceeded." },
    });
    expect(failed.timeline.at(-1)).toMatchObject({
      status: "Failed",
      source: "service",
      message: "The backend refuses: quota_exceeded.",
    });
  });

  test("to submit a job again that it has lets the job continue", async () => {
    world.backend.plan("submit", { kind: "lost" }, { kind: "refused", code: "already_there" });
    await dispatchJob(world, message);
    await passTime(world, 1);
    expect(await record()).toMatchObject({ status: "Queued", dispatched_at: expect.any(String) });
    expect((await record())?.error).toBeUndefined();
  });

  test("and then is unreachable does not fail the job before it was searched for", async () => {
    world.backend.plan("submit", { kind: "lost" }, { kind: "refused", code: "already_there" });
    world.backend.plan("observe", { kind: "unreachable" });
    await dispatchJob(world, message);
    await dispatchJob(world, message);
    expect(await record()).toMatchObject({ status: "NotStarted" });
    await passTime(world, 1);
    expect(await record()).toMatchObject({ status: "Queued" });
  });

  test("does not fail a job that another delivery submitted", async () => {
    let answer = (): void => undefined;
    const until = new Promise<void>((resolve) => (answer = resolve));
    const submit: World["backend"]["submit"] = async () => {
      await until;
      return world.backend.submit({ name: "iris", submission_id: "stranger" } as never);
    };
    const slow = dispatchJob({ ...world, backend: { ...world.backend, submit } }, message);
    await dispatchJob(world, message);
    answer();
    await slow;
    expect(await record()).toMatchObject({ status: "Queued" });
  });
});

describe("a job that was canceled while the backend was unreachable", () => {
  beforeEach(async () => {
    world.backend.plan("submit", { kind: "unreachable" });
    await dispatchJob(world, message);
    expect(await cancelJob(world, "iris")).toMatchObject({ status: "CancelRequested" });
  });

  test("is not submitted any more, and is Canceled once the backend certainly does not have it", async () => {
    await passTime(world, 0.75);
    expect(await record()).toMatchObject({ status: "CancelRequested" });
    await passTime(world, 0.5);
    expect(await expectSettled(world, "iris")).toMatchObject({
      status: "Canceled",
      finished_at: "2026-03-01T12:01:00.000Z",
      timeline: [
        {},
        {},
        { status: "Canceled", source: "service", message: "The backend memory does not have the job." },
      ],
    });
    expect([world.backend.calls.submit, world.backend.started]).toEqual([1, []]);
  });

  test("is found at the backend and canceled there if only the answer to its submission was lost", async () => {
    await submitUnanswered();
    await passTime(world, 1);
    expect(await expectSettled(world, "iris")).toMatchObject({ status: "Canceled", dispatched_at: expect.any(String) });
    expect([world.backend.started, world.backend.canceled]).toEqual([["iris"], ["iris"]]);
  });

  test("is found if its submission arrives after all answers", async () => {
    await passTime(world, 0.5);
    await submitUnanswered();
    await passTime(world, 1);
    expect((await expectSettled(world, "iris")).status).toBe("Canceled");
    expect(world.backend.canceled).toEqual(["iris"]);
  });

  test("stays CancelRequested while the backend is unreachable", async () => {
    world.backend.always("observe", { kind: "unreachable" });
    await passTime(world, 30);
    expect(await record()).toMatchObject({ status: "CancelRequested" });
    world.backend.always("observe", undefined);
    await passTime(world, 6);
    expect((await expectSettled(world, "iris")).status).toBe("Canceled");
  });
});

describe("a job that was given up, but reached the backend", () => {
  test("is canceled there, also when the first attempt fails", async () => {
    const submit: World["backend"]["submit"] = async (job, options) => {
      const found = await world.records.get("iris");
      await world.records.replace({ ...found?.value, status: "Failed", revision: 9 } as never, found?.etag ?? "");
      return world.backend.submit(job, options);
    };
    world.backend.plan("cancel", { kind: "unreachable" });
    await expect(dispatchJob({ ...world, backend: { ...world.backend, submit } }, message)).rejects.toThrow(
      "cannot be reached",
    );
    expect(world.backend.canceled).toEqual([]);
    await dispatchJob(world, message);
    expect([world.backend.canceled, world.backend.started]).toEqual([["iris"], ["iris"]]);
  });

  test("is canceled there by the poison handler, too", async () => {
    await submitUnanswered();
    const found = await world.records.get("iris");
    const given = { ...found?.value, status: "Failed", dispatch_claimed_at: "2026-03-01T12:00:00.000Z", revision: 9 };
    await world.records.replace(given as never, found?.etag ?? "");
    await handlePoisonDispatch(world, message);
    expect(world.backend.canceled).toEqual(["iris"]);
  });
});

describe("a job that one delivery ends as refused and another submits, without a response, is canceled there", () => {
  beforeEach(() => world.backend.plan("submit", { kind: "refused", code: "quota_exceeded" }, { kind: "lost" }));

  test("when it is submitted before the failure is written", async () => {
    let other: Promise<unknown> | undefined;
    const observe: World["backend"]["observe"] = async (jobs, options) => {
      const observed = await world.backend.observe(jobs, options);
      other ??= dispatchJob(world, message);
      await other;
      return observed;
    };
    await dispatchJob({ ...world, backend: { ...world.backend, observe } }, message);
    expect(await expectSettled(world, "iris")).toMatchObject({ status: "Failed", error: { code: "quota_exceeded" } });
    expect([world.backend.started, world.backend.canceled]).toEqual([["iris"], ["iris"]]);
  });

  test("when it is submitted after the failure is written", async () => {
    const submit: World["backend"]["submit"] = async (job, options) => {
      await dispatchJob(world, message);
      return world.backend.submit(job, options);
    };
    await dispatchJob({ ...world, backend: { ...world.backend, submit } }, message);
    expect(await expectSettled(world, "iris")).toMatchObject({ status: "Failed", error: { code: "quota_exceeded" } });
    expect([world.backend.started, world.backend.canceled]).toEqual([["iris"], ["iris"]]);
  });
});

describe("a backend that cannot be reached", () => {
  test("completes the message and makes the row due again, so that no dequeues are used up", async () => {
    world.backend.plan("submit", { kind: "unreachable" });
    await dispatchJob(world, message);
    expect(await row()).toMatchObject({ next_poll_at: "2026-03-01T12:00:15.000Z" });
    expect(await record()).toMatchObject({ status: "NotStarted" });
  });

  test("is tried again until it accepts the job", async () => {
    world.backend.always("submit", { kind: "unreachable" });
    await dispatchJob(world, message);
    await passTime(world, 60);
    expect(world.backend.calls.submit).toBeGreaterThan(5);
    expect(world.backend.calls.submit).toBeLessThan(30);
    world.backend.always("submit", undefined);
    await passTime(world, 10);
    expect(await record()).toMatchObject({ status: "Queued" });
  });

  test("fails the job after 24 hours", async () => {
    world.backend.always("submit", { kind: "unreachable" });
    await dispatchJob(world, message);
    await passTime(world, 23.9 * 60);
    expect(await record()).toMatchObject({ status: "NotStarted" });
    await passTime(world, 15);
    expect((await expectSettled(world, "iris")).error).toMatchObject({ code: "backend_unreachable" });
    expect(world.backend.started).toEqual([]);
  });

  test("and has a given-up job because of a lost answer cancels it when it is back", async () => {
    world.backend.plan("submit", { kind: "lost" });
    await dispatchJob(world, message);
    for (const method of ["submit", "observe", "cancel"] as const)
      world.backend.always(method, { kind: "unreachable" });
    world.clock.advance(25 * 3_600_000);
    await expect(dispatchJob(world, message)).rejects.toThrow("cannot be reached");
    expect((await expectSettled(world, "iris")).error).toMatchObject({ code: "backend_unreachable" });
    await expect(handlePoisonDispatch(world, message)).rejects.toThrow("cannot be reached");
    world.backend.clearFaults();
    expect(await handlePoisonDispatch(world, message)).toContain("; job iris is Failed. ");
    expect([world.backend.started, world.backend.canceled]).toEqual([["iris"], ["iris"]]);
  });

  test("is not confused with an outage of storage, after which the host delivers the message again", async () => {
    world.backend.plan("submit", { kind: "unreachable" });
    await dispatchJob(world, message);
    world.clock.advance(25 * 3_600_000);
    const replace = async () => {
      throw new ServiceError("unavailable", "storage is unreachable");
    };
    await expect(dispatchJob({ ...world, records: { ...world.records, replace } }, message)).rejects.toThrow(
      "storage is unreachable",
    );
    await dispatchJob(world, message);
    expect(await record()).toMatchObject({ status: "Queued" });
    expect(world.backend.started).toEqual(["iris"]);
  });

  test("counts the 24 hours from the first try, not from the submission", async () => {
    world.clock.advance(30 * 3_600_000);
    world.backend.plan("submit", { kind: "unreachable" });
    await dispatchJob(world, message);
    expect(await record()).toMatchObject({ status: "NotStarted" });
  });

  test("that throttles gets no calls for as long as it requests", async () => {
    world.backend.plan("submit", { kind: "throttled", retryAfterSeconds: 40 });
    await dispatchJob(world, message);
    const { notBefore } = await world.openJobs.due(world.clock.now());
    expect(notBefore.get("memory")?.toISOString()).toBe("2026-03-01T12:00:40.000Z");
    expect(await row()).toMatchObject({ next_poll_at: "2026-03-01T12:00:40.000Z" });
  });

  test("gets calls again after five minutes, whatever it requests", async () => {
    world.backend.plan("submit", { kind: "throttled", retryAfterSeconds: 1e9 });
    await dispatchJob(world, message);
    expect(await row()).toMatchObject({ next_poll_at: "2026-03-01T12:05:00.000Z" });
  });
});

test("completes its message when the disk of storage is full, and the poll enqueues it again", async () => {
  const full = () =>
    Promise.reject(new ServiceError("unavailable", "Storage could not write it.", { reason: "storage_full" }));
  expect(await dispatchJob({ ...world, records: { ...world.records, replace: full } }, message)).toMatchObject({
    reason: "storage_full",
  });
  expect((await record())?.status).toBe("NotStarted");
  await passTime(world, 2);
  expect((await record())?.dispatched_at).toBeDefined();
});
