import { expect, test } from "vitest";
import { ServiceError } from "../../../../shared/core/errors.ts";
import { takeInboxEvent } from "../../../../shared/service/inbox/take-inbox-event.ts";
import { takeInboxEventPoison } from "../../../../shared/service/inbox/take-inbox-event-poison.ts";
import { createWorld, type World } from "../../../support/memory/world.ts";
import { gridEvent } from "../../../support/storage-events.ts";

const plain = "command: echo hi\nenvironment: azureml:cpu@latest\nname: iris\n";

function failing(world: World, error: Error): World {
  const open = async () => {
    throw error;
  };
  return { ...world, inbox: { ...world.inbox, open } };
}

test("an event that failed too often is processed once more", async () => {
  const world = createWorld();
  const event = gridEvent(world.inbox.drop("a.yml", plain));
  expect(await takeInboxEventPoison(world, event)).toEqual({ text: 'Processed "a.yml": accepted, job iris.' });
});

test("an event that fails again gets a final receipt with the outcome failed", async () => {
  const world = createWorld();
  const event = gridEvent(world.inbox.drop("a.yml", plain));
  const error = new TypeError("boom in /srv/app/dist/main.cjs of https://h/c?sig=abc");
  expect(await takeInboxEventPoison(failing(world, error), event)).toEqual({ text: 'Processed "a.yml": failed.' });
  const receipt = (await world.receipts.get("a.yml"))?.receipt;
  expect(receipt).toMatchObject({
    outcome: "failed",
    error: { code: "internal_error", message: expect.stringContaining("Drop it again") },
  });
  // The cause contains no full path of the service and no signature.
  expect(receipt?.error?.message).toContain("TypeError: boom in .../main.cjs of https://h/c?sig=***");
  expect((await takeInboxEvent(world, event)).text).toContain("already has a receipt");
  await takeInboxEvent(world, gridEvent(world.inbox.drop("a.yml", plain)));
  expect((await world.receipts.get("a.yml"))?.receipt).toMatchObject({ outcome: "accepted" });
});

test("after an outage there is no receipt, so that the sweep finds the file", async () => {
  const world = createWorld();
  const event = gridEvent(world.inbox.drop("a.yml", plain));
  const { text } = await takeInboxEventPoison(
    failing(world, new ServiceError("unavailable", "Nobody answers.")),
    event,
  );
  expect(text).toBe('The sweep of the inbox will retry "a.yml".');
  expect(world.receipts.places()).toEqual([]);
});

test("the receipt of a failure does not replace that of a later drop", async () => {
  const world = createWorld();
  const old = gridEvent(world.inbox.drop("a.yml", plain));
  await takeInboxEvent(world, gridEvent(world.inbox.drop("a.yml", plain)));
  await takeInboxEventPoison(failing(world, new TypeError("boom")), old);
  expect((await world.receipts.get("a.yml"))?.receipt).toMatchObject({ outcome: "accepted" });
});

test.each([["hello"], [{}]])(
  "the invalid message %j is rejected, so that it stays in the poison queue",
  async (message) => {
    await expect(takeInboxEventPoison(createWorld(), message)).rejects.toThrow("Not a storage event");
  },
);

test("an event of another container is ignored", async () => {
  const world = createWorld();
  expect(
    (await takeInboxEventPoison(world, gridEvent({ path: "a.yml", etag: "1", container: "jobs" }))).text,
  ).toContain("Ignored");
});
