/**
 * A drop becomes one job and one receipt, whatever fails on the way and however often it is told; what Cromwell on
 * Azure got wrong, too.
 */
import { describe, expect, test } from "vitest";
import type { Receipt } from "../../../shared/core/records/receipt.ts";
import { sweepInbox } from "../../../shared/service/inbox/sweep-inbox.ts";
import { takeInboxEvent } from "../../../shared/service/inbox/take-inbox-event.ts";
import { takeInboxEventPoison } from "../../../shared/service/inbox/take-inbox-event-poison.ts";
import { expectSettled } from "../../support/memory/expect-settled.ts";
import { type Failure, withFailure } from "../../support/memory/failing-ports.ts";
import { passTime } from "../../support/memory/pass-time.ts";
import { createWorld, type World } from "../../support/memory/world.ts";
import { gridEvent } from "../../support/storage-events.ts";
import { zipOf } from "../../support/zip.ts";

const plain = "command: echo hi\nenvironment: azureml:cpu@latest\n";
const maxDequeueCount = 5;

/**
 * Hands a message over as the queue does: five times at most, then to the poison queue. Gives the number of failures.
 */
async function deliver(world: World, message: unknown, first: World = world): Promise<number> {
  for (let count = 0; count < maxDequeueCount; count += 1) {
    try {
      await takeInboxEvent(count === 0 ? first : world, message);
      return count;
    } catch {
      // It comes again.
    }
  }
  await takeInboxEventPoison(world, message).catch(() => undefined);
  return maxDequeueCount;
}

async function sweep(world: World): Promise<number> {
  await sweepInbox(world).catch(() => undefined);
  const messages = world.inboxQueue.enqueued.splice(0);
  for (const message of messages) await deliver(world, message);
  return messages.length;
}

async function jobs(world: World): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const name of world.records.names()) names.push(name);
  return names;
}

/** What runs at the backend comes to its end. */
function complete({ backend }: World): void {
  for (const name of backend.started) backend.say(name, { status: "Completed" });
}

const receiptOf = async (world: World, path: string): Promise<Receipt | undefined> =>
  (await world.receipts.get(path))?.receipt;

const failures: readonly Omit<Failure, "call">[] = [
  { kind: "crash", when: "before" },
  { kind: "crash", when: "after" },
  { kind: "outage", when: "before" },
  { kind: "outage", when: "after" },
];
const contents: Readonly<Record<string, string | Uint8Array>> = {
  "a/train.yml": plain,
  "a/named.yml": `${plain}name: iris\n`,
  "a/bundle.zip": zipOf({ "job.yml": plain }),
};

describe.each(Object.entries(contents))("%s", (path, content) => {
  test.each(failures)("is one job with one receipt after a $kind $when any call", async ({ kind, when }) => {
    const counting = createWorld();
    const counted = withFailure(counting, { kind: "crash", call: -1, when: "before" });
    await takeInboxEvent(counted.ports, gridEvent(counting.inbox.drop(path, content)));
    expect(counted.calls()).toBeGreaterThan(7);
    for (let call = 1; call <= counted.calls(); call += 1) {
      const world = createWorld();
      const faulty = withFailure(world, { kind, call, when });
      await deliver(world, gridEvent(world.inbox.drop(path, content)), faulty.ports);
      const where = `call ${call} of ${counted.calls()}`;
      expect(faulty.calls(), where).toBeGreaterThanOrEqual(call);
      const names = await jobs(world);
      expect(names, where).toHaveLength(1);
      expect(await receiptOf(world, path), where).toMatchObject({ outcome: "accepted", job: { name: names[0] } });
      await passTime(world, 15, () => world.clock.now().getMinutes() > 5 && complete(world));
      await expectSettled(world, names[0] ?? "");
      expect(world.backend.started, where).toEqual(names);
    }
  });
});

test.each(failures)(
  "a cancel is answered after a $kind $when any call, and the job is canceled",
  async ({ kind, when }) => {
    const prepared = async () => {
      const world = createWorld();
      await takeInboxEvent(world, gridEvent(world.inbox.drop("a.yml", `${plain}name: iris\n`)));
      return { world, event: gridEvent(world.inbox.drop("a.yml.cancel")) };
    };
    const counting = await prepared();
    const counted = withFailure(counting.world, { kind: "crash", call: -1, when: "before" });
    await takeInboxEvent(counted.ports, counting.event);
    expect(counted.calls()).toBeGreaterThan(7);
    for (let call = 1; call <= counted.calls(); call += 1) {
      const { world, event } = await prepared();
      await deliver(world, event, withFailure(world, { kind, call, when }).ports);
      expect(await receiptOf(world, "a.yml.cancel"), `call ${call}`).toMatchObject({
        outcome: "canceled",
        job: { name: "iris" },
      });
      await passTime(world, 15);
      expect((await expectSettled(world, "iris")).status).toBe("Canceled");
    }
  },
);

describe("what went wrong with Cromwell on Azure", () => {
  /** A world in which no receipt can be written. */
  function withoutReceipts(world: World): World {
    const put = async () => {
      throw new Error("403: this request is not authorized.");
    };
    return { ...world, receipts: { ...world.receipts, put } };
  }

  // https://github.com/microsoft/CromwellOnAzure/issues/787
  test("an answer that cannot be written submits nothing again, in any number of cycles", async () => {
    const world = createWorld();
    const broken = withoutReceipts(world);
    await deliver(broken, gridEvent(world.inbox.drop("a.yml", plain)));
    for (let cycle = 0; cycle < 20; cycle += 1) {
      world.clock.advance(300_000);
      expect(await sweep(broken)).toBe(1);
    }
    const names = await jobs(world);
    expect([names.length, world.queues.dispatches.length, world.receipts.places()]).toEqual([1, 1, []]);
    world.clock.advance(300_000);
    await sweep(world);
    expect(await receiptOf(world, "a.yml")).toMatchObject({ outcome: "accepted", job: { name: names[0] } });
  });

  // https://github.com/microsoft/CromwellOnAzure/issues/283
  test("a file that cannot be read is answered once, and never looked at again", async () => {
    const world = createWorld();
    expect(await deliver(world, gridEvent(world.inbox.drop("a.yml", "a: [")))).toBe(0);
    for (let cycle = 0; cycle < 20; cycle += 1) {
      world.clock.advance(300_000);
      expect(await sweep(world)).toBe(0);
    }
    expect([await receiptOf(world, "a.yml"), world.inbox.opened]).toMatchObject([{ outcome: "refused" }, ["a.yml"]]);
  });

  // https://github.com/microsoft/CromwellOnAzure/issues/413 and 636
  test("a file that is missing is called by its name", async () => {
    const world = createWorld();
    await deliver(world, gridEvent(world.inbox.drop("a.zip", zipOf({ "job.yml": `${plain}code: src/main\n` }))));
    expect((await receiptOf(world, "a.zip"))?.error?.issues).toMatchObject([
      { code: "file_not_found", pointer: "/code", line: 3, message: expect.stringContaining('"src/main"') },
    ]);
  });

  // https://github.com/microsoft/CromwellOnAzure/issues/62
  test("the cause of a refusal stands in the receipt, all of it", async () => {
    const world = createWorld();
    await deliver(world, gridEvent(world.inbox.drop("a.yml", "comand: x\nenviroment: y\n")));
    const issues = (await receiptOf(world, "a.yml"))?.error?.issues ?? [];
    expect(issues.map(({ pointer }) => pointer)).toEqual(expect.arrayContaining(["/comand", "/enviroment"]));
  });

  // https://github.com/microsoft/CromwellOnAzure/issues/847
  test("nothing stays without an answer: an event that is lost, or an outage of hours, ends in a receipt", async () => {
    const world = createWorld();
    world.inbox.drop("lost.yml", plain);
    const forbidden = { ...world, inbox: { ...world.inbox, open: () => Promise.reject(new Error("403")) } };
    const outage = withFailure(world, { kind: "crash", call: 1, when: "before" }).ports;
    await deliver(outage, gridEvent(world.inbox.drop("outage.yml", plain)));
    expect(await receiptOf(world, "outage.yml")).toBeUndefined();
    for (let hour = 0; hour < 3; hour += 1) {
      world.clock.advance(3_600_000);
      await sweepInbox(outage).catch(() => undefined);
    }
    world.clock.advance(300_000);
    await sweep(world);
    expect([await receiptOf(world, "lost.yml"), await receiptOf(world, "outage.yml")]).toMatchObject([
      { outcome: "accepted" },
      { outcome: "accepted" },
    ]);
    await deliver(forbidden, gridEvent(world.inbox.drop("poison.yml", plain)));
    expect(await receiptOf(world, "poison.yml")).toMatchObject({ outcome: "failed" });
  });

  test("drops stay as they are: nothing is moved, changed or deleted", async () => {
    const world = createWorld();
    const drops = Object.entries(contents).map(([path, content]) => world.inbox.drop(path, content));
    for (const drop of drops) await deliver(world, gridEvent(drop));
    expect(await Promise.all(drops.map(({ path }) => world.inbox.find(path)))).toEqual(drops);
  });
});
