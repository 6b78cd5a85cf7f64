import { expect, test } from "vitest";
import { ServiceError } from "../../../../shared/core/errors.ts";
import { processInboxEvent } from "../../../../shared/service/inbox/process-inbox-event.ts";
import { processInboxEventPoison } from "../../../../shared/service/inbox/process-inbox-event-poison.ts";
import { createWorld, type World } from "../../../support/memory/world.ts";
import { gridEvent } from "../../../support/storage-events.ts";

const plain = "command: echo hi\nenvironment: azureml:cpu@latest\nname: iris\n";

function failing(world: World, error: Error): World {
  const open = async () => {
    throw error;
  };
  return { ...world, inbox: { ...world.inbox, open } };
}

test("an event that failed too often is tried once more", async () => {
  const world = createWorld();
  const event = gridEvent(world.inbox.drop("a.yml", plain));
  expect(await processInboxEventPoison(world, event)).toEqual({ text: 'Processed "a.yml": accepted, job iris.' });
});

test("one that still fails has a receipt that says so, which is final until a new drop", async () => {
  const world = createWorld();
  const event = gridEvent(world.inbox.drop("a.yml", plain));
  const error = new TypeError("boom in /srv/app/dist/main.cjs of https://h/c?sig=abc");
  expect(await processInboxEventPoison(failing(world, error), event)).toEqual({ text: 'Processed "a.yml": failed.' });
  const receipt = (await world.receipts.get("a.yml"))?.receipt;
  expect(receipt).toMatchObject({
    outcome: "failed",
    error: { code: "internal_error", message: expect.stringContaining("Drop it again") },
  });
  // With the cause, but nothing of the service's disk and no signature.
  expect(receipt?.error?.message).toContain("TypeError: boom in .../main.cjs of https://h/c?sig=***");
  expect((await processInboxEvent(world, event)).text).toContain("already has a receipt");
  await processInboxEvent(world, gridEvent(world.inbox.drop("a.yml", plain)));
  expect((await world.receipts.get("a.yml"))?.receipt).toMatchObject({ outcome: "accepted" });
});

test("one that an outage kept from an answer is left to the sweep, without a receipt", async () => {
  const world = createWorld();
  const event = gridEvent(world.inbox.drop("a.yml", plain));
  const { text } = await processInboxEventPoison(
    failing(world, new ServiceError("unavailable", "Nobody answers.")),
    event,
  );
  expect(text).toBe('The sweep of the inbox will retry "a.yml".');
  expect(world.receipts.places()).toEqual([]);
});

test("the receipt of a failure does not take the place of a later drop's", async () => {
  const world = createWorld();
  const old = gridEvent(world.inbox.drop("a.yml", plain));
  await processInboxEvent(world, gridEvent(world.inbox.drop("a.yml", plain)));
  await processInboxEventPoison(failing(world, new TypeError("boom")), old);
  expect((await world.receipts.get("a.yml"))?.receipt).toMatchObject({ outcome: "accepted" });
});

test.each([["hello"], [{}]])(
  "what is no event, %j, is refused, so that it stays in the poison queue",
  async (message) => {
    await expect(processInboxEventPoison(createWorld(), message)).rejects.toThrow("Not a storage event");
  },
);

test("an event of another container is let go of", async () => {
  const world = createWorld();
  expect(
    (await processInboxEventPoison(world, gridEvent({ path: "a.yml", etag: "1", container: "jobs" }))).text,
  ).toContain("Ignored");
});
