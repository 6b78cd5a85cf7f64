import { describe, expect, test } from "vitest";
import { takeInboxEvent } from "../../../../shared/service/inbox/take-inbox-event.ts";
import { createWorld } from "../../../support/memory/world.ts";
import { cloudEvent, gridEvent } from "../../../support/storage-events.ts";

const plain = "command: echo hi\nenvironment: azureml:cpu@latest\nname: iris\n";

describe("an inbox event", () => {
  test.each([
    ["Event Grid", gridEvent],
    ["CloudEvents", cloudEvent],
  ])("submits the job, in the %s form", async (_form, event) => {
    const world = createWorld();
    const { text } = await takeInboxEvent(world, event(world.inbox.drop("a/iris.yml", plain)));
    expect(text).toBe('Processed "a/iris.yml": accepted, job iris.');
    expect(await world.records.get("iris")).toBeDefined();
  });

  test("cancels", async () => {
    const world = createWorld();
    await takeInboxEvent(world, gridEvent(world.inbox.drop("iris.yml", plain)));
    const { text } = await takeInboxEvent(world, gridEvent(world.inbox.drop("iris.yml.cancel")));
    expect(text).toBe('Processed "iris.yml.cancel": canceled, job iris.');
  });

  test("of a refused file reports the code", async () => {
    const world = createWorld();
    expect(await takeInboxEvent(world, gridEvent(world.inbox.drop("a.yml", "x")))).toEqual({
      text: 'Processed "a.yml": refused, code invalid_job.',
    });
  });

  test.each([
    ["another container", { container: "jobs" }],
    ["our own receipts", { container: "receipts", path: "a.yml.receipt.json" }],
    ["another type", { type: "Microsoft.Storage.BlobTierChanged" }],
    ["an empty file", { size: 0 }],
  ])("of %s is reported as ignored and changes nothing", async (_what, change) => {
    const world = createWorld();
    const drop = world.inbox.drop("a.yml", plain);
    const { text, malformed } = await takeInboxEvent(world, gridEvent({ ...drop, ...change }));
    expect([text, malformed]).toEqual([expect.stringMatching(/^Ignored ".+": it is .+\.$/), undefined]);
    expect([world.receipts.reads(), world.inbox.opened]).toEqual([0, []]);
  });

  test("whose file name contains line breaks is reported in one line", async () => {
    const world = createWorld();
    const { text } = await takeInboxEvent(world, gridEvent(world.inbox.drop("a\n[error] gone.yml", plain)));
    expect(text).toBe('Processed "a\\n[error] gone.yml": refused, code invalid_name.');
  });
});

test.each([["hello"], [null], [{ eventType: 7 }], [[]]])(
  "the invalid message %j is moved to the poison queue at once, with the reason in the log",
  async (message) => {
    const world = createWorld();
    const report = await takeInboxEvent(world, message);
    expect(report).toEqual({ text: expect.stringMatching(/queue: .+\. Not a storage event/), malformed: true });
    expect(world.inboxQueue.poison).toEqual([message]);
  },
);

test("events in any order and number leave the receipt of the last content of each path", async () => {
  const world = createWorld();
  const events = ["a", "b", "c"].flatMap((name) =>
    [1, 2, 3].map((version) => {
      world.clock.advance(1000);
      const drop = world.inbox.drop(
        `${name}.yml`,
        `command: echo ${version}\nenvironment: azureml:cpu@latest\nname: ${name}${version}\n`,
      );
      return gridEvent({ ...drop, sequencer: `0${version}` });
    }),
  );
  for (const event of [...events.toReversed(), ...events, ...events]) await takeInboxEvent(world, event);
  const answers = await Promise.all(
    ["a", "b", "c"].map(async (name) => (await world.receipts.get(`${name}.yml`))?.receipt?.job?.name),
  );
  expect([answers, world.queues.dispatches.length]).toEqual([["a3", "b3", "c3"], 3]);
});
