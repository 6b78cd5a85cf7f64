import { describe, expect, test } from "vitest";
import { sweepInbox } from "../../../../shared/service/inbox/sweep-inbox.ts";
import { takeInboxEvent } from "../../../../shared/service/inbox/take-inbox-event.ts";
import { createWorld, type World } from "../../../support/memory/world.ts";

const minute = 60_000;
const plain = "command: echo hi\nenvironment: azureml:cpu@latest\n";

/** The files enqueued since the last call. */
function enqueued(world: World): readonly string[] {
  return world.inboxQueue.enqueued.splice(0).map(({ path }) => path);
}

async function deliver(world: World): Promise<void> {
  for (const message of world.inboxQueue.enqueued.splice(0)) await takeInboxEvent(world, message);
}

describe("a file without an event", () => {
  test("is enqueued after the grace period, and processed like any other", async () => {
    const world = createWorld();
    world.inbox.drop("a.yml", plain);
    await sweepInbox(world);
    expect(enqueued(world)).toEqual([]);
    world.clock.advance(2 * minute);
    expect(await sweepInbox(world)).toEqual({ checked: 1, enqueued: 1, complete: true });
    await deliver(world);
    expect((await world.receipts.get("a.yml"))?.receipt).toMatchObject({ outcome: "accepted" });
  });

  test("is found on any page; cancels, too, but no empty, foreign or answered files", async () => {
    const world = createWorld();
    for (const name of ["a", "b", "c", "d", "e"]) world.inbox.drop(`${name}.yml`, plain);
    world.inbox.drop("b.yml.cancel");
    world.inbox.drop("empty.yml");
    world.inbox.drop("readme.md", "x");
    const { path, etag } = world.inbox.drop("x.yml", plain);
    await takeInboxEvent(world, { schema_version: 1, kind: "found", path, etag });
    world.clock.advance(3 * minute);
    await sweepInbox(world);
    expect(enqueued(world).toSorted()).toEqual(["a.yml", "b.yml", "b.yml.cancel", "c.yml", "d.yml", "e.yml"]);
  });

  test("is enqueued by each pass until it has a receipt", async () => {
    const world = createWorld();
    world.inbox.drop("a.yml", plain);
    for (let hour = 0; hour < 24; hour += 1) {
      world.clock.advance(60 * minute);
      await sweepInbox(world);
      expect(enqueued(world)).toEqual(["a.yml"]);
    }
    world.clock.advance(5 * minute);
    await sweepInbox(world);
    await deliver(world);
    expect((await world.receipts.get("a.yml"))?.receipt).toMatchObject({ outcome: "accepted" });
    world.clock.advance(60 * minute);
    await sweepInbox(world);
    expect(enqueued(world)).toEqual([]);
  });

  test("is found when it was overwritten after its receipt", async () => {
    const world = createWorld();
    world.inbox.drop("a.yml", plain);
    world.clock.advance(3 * minute);
    await sweepInbox(world);
    await deliver(world);
    world.inbox.drop("a.yml", `${plain}name: second\n`);
    world.clock.advance(3 * minute);
    await sweepInbox(world);
    await deliver(world);
    expect((await world.receipts.get("a.yml"))?.receipt).toMatchObject({ job: { name: "second" } });
  });
});

describe("a pass", () => {
  test("reads no receipts of old files that have one", async () => {
    const world = createWorld();
    for (let count = 0; count < 20; count += 1) world.inbox.drop(`old-${count}.yml`, plain);
    world.clock.advance(3 * minute);
    await sweepInbox(world);
    await deliver(world);
    world.clock.advance(60 * minute);
    await sweepInbox(world);
    world.clock.advance(60 * minute);
    world.inbox.drop("new.yml", plain);
    world.clock.advance(3 * minute);
    const reads = world.receipts.reads();
    expect(await sweepInbox(world)).toEqual({ checked: 1, enqueued: 1, complete: true });
    expect(world.receipts.reads() - reads).toBe(1);
  });

  test("that takes too long stops, and the next run continues it", async () => {
    const world = createWorld();
    for (let count = 0; count < 10; count += 1) world.inbox.drop(`drop-${count}.yml`, plain);
    world.clock.advance(3 * minute);
    const pages: (string | undefined)[] = [];
    const inbox = {
      ...world.inbox,
      page: (continuation?: string) => {
        pages.push(continuation);
        world.clock.advance(15_000);
        return world.inbox.page(continuation);
      },
    };
    expect(await sweepInbox({ ...world, inbox })).toEqual({ checked: 6, enqueued: 6, complete: false });
    expect(await sweepInbox({ ...world, inbox })).toEqual({ checked: 4, enqueued: 4, complete: true });
    expect(pages).toEqual([undefined, "after:drop-2.yml", "after:drop-5.yml", "after:drop-8.yml"]);
    expect(enqueued(world)).toHaveLength(10);
    world.clock.advance(minute);
    expect(await sweepInbox(world)).toMatchObject({ enqueued: 10, complete: true });
  });

  test("whose continuation has expired is started again", async () => {
    const world = createWorld();
    world.inbox.drop("a.yml", plain);
    world.clock.advance(3 * minute);
    await world.sweepMarks.put({ pass: { began_at: "2026-03-01T12:00:00.000Z", continuation: "lost" } });
    await expect(sweepInbox(world)).rejects.toThrow("is no continuation");
    expect(await sweepInbox(world)).toMatchObject({ enqueued: 1, complete: true });
  });

  test("is postponed while more than a hundred messages wait", async () => {
    const world = createWorld();
    world.inbox.drop("a.yml", plain);
    world.clock.advance(3 * minute);
    for (let count = 0; count <= 100; count += 1)
      await world.inboxQueue.enqueue({ schema_version: 1, kind: "found", path: "b.yml", etag: "1" });
    expect(await sweepInbox(world)).toMatchObject({ postponed: true, enqueued: 0 });
    enqueued(world);
    expect(await sweepInbox(world)).toMatchObject({ enqueued: 1 });
  });

  test("of a missing inbox does nothing", async () => {
    expect(await sweepInbox(createWorld())).toEqual({ checked: 0, enqueued: 0, complete: true });
  });
});
