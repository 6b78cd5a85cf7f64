import { expect, test } from "vitest";
import { decodeMessage, poisonQueueName, queueMetadata } from "../../../../../local/host/queues/queue-message.ts";
import type { ReceivedMessage } from "../../../../../local/host/queues/storage-queue.ts";

test.each([
  ["aGVsbG8=", "hello"],
  ["aGVs\nbG8=", "hello"],
  ["w6k=", "é"],
  ["", ""],
  ["hello", undefined],
  ['{"a":1}', undefined],
  ["aGVsbG8", undefined],
])("base64 %j is %j", (text, decoded) => {
  expect(decodeMessage(text, "base64")).toBe(decoded);
});

test.each([
  ["orders", "orders-poison"],
  ["orders-poison", undefined],
  ["a".repeat(56), `${"a".repeat(56)}-poison`],
  ["a".repeat(57), undefined],
])("the poison queue of %s is %s", (name, poison) => {
  expect(poisonQueueName(name)).toBe(poison);
});

const message: ReceivedMessage = {
  id: "the-id",
  popReceipt: "the-receipt",
  text: "",
  dequeueCount: 3,
  insertedOn: new Date("2026-01-01T00:00:00Z"),
  expiresOn: new Date("2026-01-08T00:00:00Z"),
  nextVisibleOn: new Date("2026-01-01T00:10:00Z"),
};

test("passes the message's standard metadata to the function", () => {
  expect(queueMetadata(message, "text")).toEqual({
    QueueTrigger: { string: "text" },
    DequeueCount: { json: "3" },
    Id: { string: "the-id" },
    PopReceipt: { string: "the-receipt" },
    InsertionTime: { json: '"2026-01-01T00:00:00.000Z"' },
    ExpirationTime: { json: '"2026-01-08T00:00:00.000Z"' },
    NextVisibleTime: { json: '"2026-01-01T00:10:00.000Z"' },
  });
});

test("adds members of a JSON message to the metadata, except arrays and nulls; they override standard ones", () => {
  const text = JSON.stringify({
    id: "theirs",
    dequeuecount: 99,
    name: "iris",
    ok: true,
    list: [1],
    none: null,
    inner: { a: 1 },
  });
  expect(queueMetadata(message, text)).toMatchObject({
    Id: { string: "theirs" },
    DequeueCount: { string: "99" },
    name: { string: "iris" },
    ok: { string: "true" },
    inner: { string: '{"a":1}' },
  });
  expect(Object.keys(queueMetadata(message, text))).not.toEqual(expect.arrayContaining(["list"]));
  expect(Object.keys(queueMetadata(message, text))).not.toEqual(expect.arrayContaining(["none"]));
});
