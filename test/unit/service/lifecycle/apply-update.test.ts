import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import type { Observation, UpdateMessage } from "../../../../shared/core/records/messages.ts";
import { submitJob } from "../../../../shared/service/jobs/submit-job.ts";
import { applyUpdate } from "../../../../shared/service/lifecycle/apply-update.ts";
import { expectSettled } from "../../../support/memory/expect-settled.ts";
import { deliverAll, passTime } from "../../../support/memory/pass-time.ts";
import { createWorld, submission, type World } from "../../../support/memory/world.ts";

let world: World;
let about: { readonly schema_version: 1; readonly name: string; readonly submission_id: string };

beforeEach(start);

async function start(): Promise<void> {
  world = createWorld();
  const { record } = await submitJob(world, submission());
  await deliverAll(world);
  about = { schema_version: 1, name: "iris", submission_id: record.submission_id };
}

const record = async () => (await world.records.get("iris"))?.value;
const row = async () => (await world.openJobs.get("iris"))?.value;
const at = (second: number) => new Date(Date.parse("2026-03-01T12:00:00Z") + second * 1000).toISOString();
const status = (second: number, said: Partial<Observation> & { readonly status: string }): UpdateMessage => ({
  ...about,
  kind: "status",
  observation: { observed_at: at(second), ...said },
});
const notFound = (second: number): UpdateMessage => ({ ...about, kind: "not_found", observed_at: at(second) });

describe("an update", () => {
  test("is applied to the record in one write", async () => {
    const before = await record();
    await applyUpdate(
      world,
      status(5, {
        status: "Running",
        started_at: at(4),
        log_names: ["user_logs/std_log.txt"],
        studio_url: "https://ml.test/iris",
      }),
    );
    expect(await record()).toMatchObject({
      status: "Running",
      status_observed_at: at(5),
      started_at: at(4),
      log_names: ["user_logs/std_log.txt"],
      studio_url: "https://ml.test/iris",
      revision: (before?.revision ?? 0) + 1,
    });
  });

  test("updates the index, the events and the row", async () => {
    await applyUpdate(world, status(5, { status: "Running" }));
    const now = await record();
    expect(await world.index.get("iris", now?.creation_context.created_at ?? "")).toMatchObject({
      status: "Running",
      revision: now?.revision,
    });
    expect(world.events.published.at(-1)).toMatchObject({
      id: `iris:${about.submission_id}:3`,
      status: "Running",
      owner: "local",
      type: "command",
    });
    expect(await row()).toMatchObject({ published_seq: 3, applied_digest: expect.any(String) });
  });

  test("that ends the job deletes its row", async () => {
    await applyUpdate(
      world,
      status(5, {
        status: "Failed",
        error: { code: "exit_code", message: "The command ended with 1." },
        finished_at: at(4),
      }),
    );
    expect(await expectSettled(world, "iris")).toMatchObject({
      status: "Failed",
      finished_at: at(4),
      error: { code: "exit_code" },
    });
  });

  test("of a job without a row changes nothing", async () => {
    await applyUpdate(world, status(5, { status: "Completed" }));
    const before = await record();
    for (const late of [status(6, { status: "Running" }), status(6, { status: "Failed" }), notFound(7)])
      await applyUpdate(world, late);
    expect(await record()).toEqual(before);
  });

  test("about an earlier job of this name changes nothing", async () => {
    const before = await record();
    await applyUpdate(world, { ...status(5, { status: "Completed" }), submission_id: "an earlier one" });
    await applyUpdate(world, { ...notFound(6), submission_id: "an earlier one" });
    expect([await record(), (await row())?.applied_digest]).toEqual([before, (await row())?.applied_digest]);
  });

  test("that is older than an applied one changes nothing and does not count as applied", async () => {
    await applyUpdate(world, status(9, { status: "Running" }));
    const [before, digest] = [await record(), (await row())?.applied_digest];
    await applyUpdate(world, status(5, { status: "Queued" }));
    expect([await record(), (await row())?.applied_digest]).toEqual([before, digest]);
  });

  test("that was applied before stores its digest, so that the poll does not send it again", async () => {
    await applyUpdate(world, status(5, { status: "Running" }));
    const before = await record();
    await world.openJobs.merge("iris", { applied_digest: "something else" });
    await applyUpdate(world, status(5, { status: "Running" }));
    expect(await record()).toEqual(before);
    expect((await row())?.applied_digest).not.toBe("something else");
  });

  test.each([["text"], [{ ...{ schema_version: 1 }, kind: "status" }], [null]])(
    "with an invalid message (%j) is an error for the host",
    async (received) => {
      await expect(applyUpdate(world, received)).rejects.toThrow("Not a message of this queue");
    },
  );

  test("limits the length of the timeline but never drops unpublished entries", async () => {
    for (let second = 1; second <= 520; second += 1)
      await applyUpdate(world, status(second, { status: second % 2 === 0 ? "Running" : "NotResponding" }));
    const timeline = (await record())?.timeline ?? [];
    expect([timeline.length, timeline.at(-1)?.seq]).toEqual([500, 522]);
    expect(world.events.published.map(({ seq }) => seq)).toEqual(Array.from({ length: 522 }, (_, index) => index + 1));
  });
});

describe("repeated and reordered messages", () => {
  const history = () => [
    status(5, { status: "Preparing" }),
    notFound(6),
    status(7, { status: "Running", started_at: at(7) }),
    status(8, { status: "NotResponding" }),
    status(9, { status: "Running", log_names: ["a.txt"] }),
    notFound(10),
    status(11, { status: "Finalizing" }),
  ];
  const end = () => status(12, { status: "Completed", finished_at: at(12) });

  /** Runs `deliver` on fresh jobs, with each message twice and in random order. A failure prints the order. */
  const inAnyOrder = (messages: () => UpdateMessage[], check: () => Promise<void>) =>
    fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([...messages(), ...messages()].keys().toArray(), { minLength: 2 * messages().length }),
        async (order) => {
          await start();
          const all = [...messages(), ...messages()];
          for (const index of order) await applyUpdate(world, all[index]);
          await check();
        },
      ),
      { numRuns: 60 },
    );

  test("lead to the newest state", () =>
    inAnyOrder(history, async () => {
      expect(await record()).toMatchObject({ status: "Finalizing", status_observed_at: at(11) });
      expect((await record())?.not_found_at ?? []).toEqual([]);
    }));

  test("lead to the terminal status of the job", () =>
    inAnyOrder(
      () => [...history(), end()],
      async () => {
        expect(await expectSettled(world, "iris")).toMatchObject({ status: "Completed", finished_at: at(12) });
      },
    ));

  test("lead to one consistent job when processed at the same time", async () => {
    const all = [...history(), end()];
    await Promise.allSettled(all.map((message) => applyUpdate(world, message)));
    await applyUpdate(world, end());
    await passTime(world, 5);
    expect(await expectSettled(world, "iris")).toMatchObject({ status: "Completed" });
  });
});
