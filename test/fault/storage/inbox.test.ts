/** The inbox on real storage: lost events, and failing connections while a file is processed. */
import { BlobServiceClient } from "@azure/storage-blob";
import { QueueServiceClient } from "@azure/storage-queue";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Receipt } from "../../../shared/core/records/receipt.ts";
import { sweepInbox } from "../../../shared/service/inbox/sweep-inbox.ts";
import { takeInboxEvent } from "../../../shared/service/inbox/take-inbox-event.ts";
import { createStorage } from "../../../shared/storage/create-storage.ts";
import { type FaultyStorage, startFaultyStorage } from "../../support/faulty-storage.ts";
import { createManualClock } from "../../support/memory/clock.ts";
import { createWorld } from "../../support/memory/world.ts";
import { cloudEvent } from "../../support/storage-events.ts";
import type { Fault } from "../../support/tcp-proxy.ts";

let storage: FaultyStorage;
beforeAll(async () => {
  storage = await startFaultyStorage();
  await inbox().createIfNotExists();
});
afterAll(() => storage.stop());
afterEach(() => storage.setAll({ kind: "none" }));

/** Ahead of the clock of storage, by more than the time after which the sweep enqueues a file. */
const clock = createManualClock(new Date(Date.now() + 180_000).toISOString());
const inbox = () => BlobServiceClient.fromConnectionString(storage.directConnectionString).getContainerClient("inbox");
const service = (timeoutMs = 2500) => ({
  ...createWorld(),
  ...createStorage({ connection: { connectionString: storage.connectionString }, timeoutMs, clock }),
  clock,
});
type Service = ReturnType<typeof service>;

async function drop(path: string, content: string) {
  const { etag = "" } = await inbox().getBlockBlobClient(path).upload(content, Buffer.byteLength(content));
  return cloudEvent({ path, etag, size: content.length });
}

const receiptOf = async ({ receipts }: Service, path: string): Promise<Receipt | undefined> =>
  (await receipts.get(path))?.receipt;

async function namesOf({ records }: Service): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const name of records.names()) names.push(name);
  return names;
}

const plain = "command: echo hi\nenvironment: azureml:cpu@latest\n";

test("enqueues and processes files without an event", async () => {
  const ports = service();
  await drop("lost/a.yml", plain);
  await drop("lost/b.yml", plain);
  expect(await sweepInbox(ports)).toEqual({ checked: 2, enqueued: 2, complete: true });
  const queue = QueueServiceClient.fromConnectionString(storage.directConnectionString).getQueueClient("inbox-events");
  const { receivedMessageItems } = await queue.receiveMessages({ numberOfMessages: 32 });
  for (const { messageId, popReceipt, messageText } of receivedMessageItems) {
    await takeInboxEvent(ports, JSON.parse(Buffer.from(messageText, "base64").toString()));
    await queue.deleteMessage(messageId, popReceipt);
  }
  expect(await Promise.all(["lost/a.yml", "lost/b.yml"].map((path) => receiptOf(ports, path)))).toMatchObject([
    { outcome: "accepted" },
    { outcome: "accepted" },
  ]);
  expect(await sweepInbox(ports)).toMatchObject({ enqueued: 0, complete: true });
});

test.each<Fault["kind"] & ("refuse" | "reset" | "silence")>(["refuse", "reset", "silence"])(
  "writes no receipt during the storage fault %s, and creates one job after it",
  async (kind) => {
    const ports = service(1000);
    const event = await drop(`${kind}.yml`, `${plain}name: ${kind}\n`);
    await storage.setAll({ kind });
    await expect(takeInboxEvent(ports, event)).rejects.toMatchObject({ code: "unavailable" });
    // The proxy does not count refused connections.
    expect(kind === "refuse" || storage.faultCount() > 0).toBe(true);
    await storage.setAll({ kind: "none" });
    expect(await receiptOf(ports, `${kind}.yml`)).toBeUndefined();
    expect((await takeInboxEvent(ports, event)).text).toBe(`Processed "${kind}.yml": accepted, job ${kind}.`);
  },
);

test("creates one job and one receipt for eight simultaneous events of one file", async () => {
  const ports = service();
  const before = (await namesOf(ports)).length;
  const event = await drop("once.yml", plain);
  await Promise.all(Array.from({ length: 8 }, () => takeInboxEvent(service(), event)));
  const names = await namesOf(ports);
  expect(names).toHaveLength(before + 1);
  expect(names).toContain((await receiptOf(ports, "once.yml"))?.job?.name);
});
