// Notices of jobs, from the beginning of a problem to its end.
import { beforeEach, describe, expect, test } from "vitest";
import { ServiceError } from "../../../shared/core/errors.ts";
import type { Backend } from "../../../shared/core/ports/backend-port.ts";
import type { OutageReason } from "../../../shared/core/records/notice.ts";
import { cancelJob } from "../../../shared/service/jobs/cancel-job.ts";
import { editJob } from "../../../shared/service/jobs/edit-job.ts";
import { submitJob } from "../../../shared/service/jobs/submit-job.ts";
import { applyUpdate } from "../../../shared/service/lifecycle/apply-update.ts";
import { dispatchJob } from "../../../shared/service/lifecycle/dispatch-job.ts";
import { handlePoisonDispatch } from "../../../shared/service/lifecycle/dispatch-job-poison.ts";
import { healJobs } from "../../../shared/service/lifecycle/heal-jobs.ts";
import { pollJobs } from "../../../shared/service/lifecycle/poll-jobs.ts";
import { expectSettled } from "../../support/memory/expect-settled.ts";
import { deliverAll, passTime } from "../../support/memory/pass-time.ts";
import { createWorld, submission, type World } from "../../support/memory/world.ts";

let world: World;
const record = async () => (await world.records.get("iris"))?.value;
const notice = async () => (await record())?.notice;
const listed = async () => (await world.index.query({ limit: 10 })).entries.find(({ name }) => name === "iris");
const away = (reason: OutageReason, retryAfterSeconds?: number) => () =>
  Promise.reject(
    new ServiceError(reason === "throttled" ? "throttled" : "unavailable", `Azure ML could not do it (${reason}).`, {
      reason,
      retryAfterSeconds,
    }),
  );
const withBackend = (methods: Partial<Backend>) => ({ ...world, backend: { ...world.backend, ...methods } });

beforeEach(async () => {
  world = createWorld();
  await submitJob(world, submission());
});

describe("a job that cannot be dispatched", () => {
  test.each(["credential_missing", "forbidden", "dns", "workspace_missing"] as const)(
    "has a notice at once: %s, also in lists",
    async (reason) => {
      await deliverAll(withBackend({ submit: away(reason) }));
      expect(await record()).toMatchObject({
        status: "NotStarted",
        notice: {
          code: reason,
          message: expect.stringContaining(`Azure ML could not do it (${reason}).`),
          since: world.clock.now().toISOString(),
        },
        timeline: [{ seq: 1 }],
      });
      expect(await record()).not.toHaveProperty("error");
      expect((await listed())?.notice?.code).toBe(reason);
    },
  );

  test("has the notice of an outage after the second try, which costs one write however long it lasts", async () => {
    const outage = withBackend({ submit: away("unreachable") });
    await deliverAll(outage);
    expect(await notice()).toBeUndefined();
    await passTime(outage, 1);
    const { since } = (await notice()) ?? {};
    expect(await notice()).toMatchObject({ code: "unreachable" });
    const { revision = 0 } = (await record()) ?? {};
    await passTime(outage, 60);
    expect(await notice()).toMatchObject({ code: "unreachable", since });
    expect((await record())?.revision).toBe(revision);
  });

  test("shows the end of the pause that the backend requested", async () => {
    await deliverAll(withBackend({ submit: away("throttled", 120) }));
    const until = new Date(world.clock.now().getTime() + 120_000).toISOString();
    expect(await notice()).toMatchObject({
      code: "throttled",
      message: expect.stringContaining(`The backend requested a pause until ${until}.`),
    });
  });

  test("loses its notice at the dispatch", async () => {
    await deliverAll(withBackend({ submit: away("dns") }));
    await passTime(world, 1);
    expect(await record()).toMatchObject({ status: "Queued" });
    expect([await notice(), (await listed())?.notice]).toEqual([undefined, undefined]);
  });

  test("returns the outage, for the log", async () => {
    const [message] = world.queues.dispatches;
    expect(await dispatchJob(withBackend({ submit: away("dns") }), message)).toMatchObject({ reason: "dns" });
  });

  test("shows the cause of an unexpected failure during the retries, and as its error when it ends", async () => {
    const submit = () => Promise.reject(new TypeError("no such thing in /srv/app/dist/main.cjs?sig=abc"));
    const [message] = world.queues.dispatches;
    await expect(dispatchJob(withBackend({ submit }), message)).rejects.toThrow("no such thing");
    const cause = "TypeError: no such thing in .../main.cjs?sig=***";
    expect(await notice()).toMatchObject({ code: "dispatch_failing", message: expect.stringContaining(cause) });
    await handlePoisonDispatch(withBackend({ submit }), message);
    expect(await record()).toMatchObject({
      status: "Failed",
      error: { code: "dispatch_failed", message: expect.stringContaining(cause) },
    });
    expect(await notice()).toBeUndefined();
  });

  test("has the cause in its error after a day without the backend", async () => {
    const outage = withBackend({ submit: away("dns") });
    await deliverAll(outage);
    // Without a gap of an hour, which would interrupt the tries.
    for (let minutes = 0; minutes < 25 * 60; minutes += 50) {
      world.clock.advance(50 * 60_000);
      await passTime(outage, 0.25);
    }
    expect((await record())?.error?.message).toMatch(
      /could not be reached for 24 hours\. A host name cannot be resolved\. Azure ML could not do it/,
    );
  });
});

describe("a job that the backend runs", () => {
  beforeEach(async () => {
    await deliverAll(world);
    await passTime(world, 2);
  });

  test("has a notice after 20 s without the backend, until the first response, even an unchanged one", async () => {
    const outage = withBackend({ observe: away("forbidden") });
    world.clock.advance(15_000);
    await pollJobs(outage);
    expect(await notice()).toBeUndefined();
    await passTime(outage, 1);
    expect(await record()).toMatchObject({ status: "Queued", notice: { code: "forbidden" } });
    const { revision = 0, timeline = [] } = (await record()) ?? {};
    await passTime(outage, 30);
    expect((await record())?.revision).toBe(revision);
    await passTime(world, 2);
    expect(await notice()).toBeUndefined();
    expect((await record())?.timeline).toEqual(timeline);
  });

  test("has a notice during a pause of the backend", async () => {
    await passTime(withBackend({ observe: away("throttled", 300) }), 2);
    expect(await notice()).toMatchObject({
      code: "throttled",
      message: expect.stringContaining("The backend requested a pause until"),
    });
    await passTime(world, 6);
    expect(await notice()).toBeUndefined();
  });

  test("has a notice if the backend answers only about other jobs", async () => {
    await passTime(withBackend({ observe: async () => [] }), 1);
    expect(await notice()).toMatchObject({
      code: "unreachable",
      message: expect.stringContaining("does not contain the job"),
    });
  });

  test("has a notice with the cause if the answer about it cannot be read", async () => {
    await passTime(withBackend({ observe: () => Promise.reject(new TypeError("x is not a function")) }), 1);
    expect(await notice()).toMatchObject({
      code: "status_unreadable",
      message: expect.stringContaining("The cause: TypeError: x is not a function."),
    });
    await passTime(world, 2);
    expect(await notice()).toBeUndefined();
  });

  test("has the notice that the backend reports with its status, as long as it reports it", async () => {
    world.backend.say("iris", { notice: { code: "storage_full", message: "The disk is full." } });
    await passTime(world, 1);
    expect(await notice()).toMatchObject({ code: "storage_full", message: "The disk is full." });
    const { observe } = world.backend;
    const without: Backend["observe"] = async (jobs, options) =>
      (await observe(jobs, options)).map(({ name, observation }) => {
        const { notice: _over, ...said } = observation ?? {
          status: "Queued",
          observed_at: world.clock.now().toISOString(),
        };
        return { name, observation: said };
      });
    await passTime(withBackend({ observe: without }), 1);
    expect(await notice()).toBeUndefined();
  });

  test("has a notice while its cancel does not reach the backend, although its status can be read", async () => {
    const outage = withBackend({ cancel: away("unreachable") });
    await cancelJob(outage, "iris");
    await passTime(outage, 1);
    expect(await record()).toMatchObject({
      status: "CancelRequested",
      notice: { code: "cancel_not_sent", message: expect.stringContaining("could not do it") },
    });
    const { revision = 0 } = (await record()) ?? {};
    await passTime(outage, 10);
    expect((await record())?.revision).toBe(revision);
    await passTime(world, 2);
    expect(await record()).toMatchObject({ status: "Canceled" });
    expect(await notice()).toBeUndefined();
  });

  test("has the notice of its cancel again after a complete outage", async () => {
    const cancelFails = withBackend({ cancel: away("unreachable") });
    await cancelJob(cancelFails, "iris");
    await passTime(cancelFails, 1);
    await passTime(withBackend({ cancel: away("dns"), observe: away("dns") }), 2);
    expect(await notice()).toMatchObject({ code: "dns" });
    await passTime(cancelFails, 2);
    expect(await notice()).toMatchObject({ code: "cancel_not_sent" });
  });

  test("loses the notice of its cancel when the backend refuses it", async () => {
    const outage = withBackend({ cancel: away("unreachable") });
    await cancelJob(outage, "iris");
    await passTime(outage, 1);
    world.backend.plan("cancel", { kind: "refused", code: "too_late" });
    await passTime(world, 1);
    expect(await notice()).toBeUndefined();
    expect((await record())?.timeline.at(-1)?.message).toContain("refused to cancel");
  });
});

describe("an edit that does not reach the backend", () => {
  const by = { name: "ada", type: "User" };
  const edit = async (ports: World) => editJob(ports, "iris", { edit: { display_name: "Rose" }, by });

  beforeEach(async () => {
    await deliverAll(world);
    await passTime(world, 1);
  });

  test("causes a notice of the job until it is sent, also of a finished one", async () => {
    const outage = withBackend({ update: away("unreachable") });
    await edit(outage);
    await passTime(outage, 2);
    expect(await notice()).toMatchObject({
      code: "edit_not_sent",
      message: expect.stringContaining("could not do it"),
    });
    world.backend.say("iris", { status: "Completed" });
    await passTime(outage, 3);
    expect(await record()).toMatchObject({ status: "Completed", notice: { code: "edit_not_sent" } });
    await passTime(withBackend({ update: async () => undefined }), 10);
    expect(await notice()).toBeUndefined();
    await expectSettled(world, "iris");
  });

  test("of a job of another backend waits until the service runs that backend again", async () => {
    const told: string[] = [];
    const update = async ({ name }: { readonly name: string }) => void told.push(name);
    await edit(withBackend({ id: "another", update }));
    await passTime(withBackend({ id: "another", update }), 5);
    expect(told).toEqual([]);
    await passTime(withBackend({ update }), 10);
    expect(told).toEqual(["iris"]);
  });
});

describe("a job whose record cannot be read", () => {
  const damaged = () => Promise.reject(new ServiceError("record_damaged", "The stored record of job iris is damaged."));
  const unreadable = () => ({
    ...world,
    records: { ...world.records, get: (name: string) => (name === "iris" ? damaged() : world.records.get(name)) },
  });

  test("is read by healing once an hour and by the poll every ten minutes, and delays no other job", async () => {
    await deliverAll(world);
    await submitJob(world, submission({ name: "rose" }));
    await deliverAll(world);
    world.backend.say("iris", { status: "Running" });
    world.backend.say("rose", { status: "Running" });
    let failures = 0;
    const ports = unreadable();
    for (let minute = 0; minute < 59; minute += 1) {
      world.clock.advance(60_000);
      failures += (await healJobs(ports)).failed.length;
      await pollJobs(ports);
      await world.queues.deliver({
        dispatch: () => Promise.reject(new Error("There is none.")),
        update: async (message) => {
          await applyUpdate(ports, message).catch(() => {
            failures += 1;
          });
        },
      });
    }
    expect(failures).toBeLessThanOrEqual(8);
    expect((await world.records.get("rose"))?.value.status).toBe("Running");
    await passTime(world, 61);
    expect(await record()).toMatchObject({ status: "Running" });
  });
});
