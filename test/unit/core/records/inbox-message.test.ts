import { describe, expect, test } from "vitest";
import { compareSequencers, inboxFileKind, isFilled } from "../../../../shared/core/records/inbox-file.ts";
import { readInboxMessage } from "../../../../shared/core/records/inbox-message.ts";
import { cloudEvent, gridEvent } from "../../../support/storage-events.ts";

const drop = { path: "iris/train.yml", etag: '"0x8D4BCC2E4835CD0"', sequencer: "00000000000004420000000000028963" };

describe("a storage event", () => {
  test.each([
    ["Event Grid", gridEvent],
    ["CloudEvents", cloudEvent],
  ])("in the %s form has the file, with its ETag in quotes", (_form, event) => {
    expect(readInboxMessage(event(drop))).toEqual({ file: { ...drop, size: 10 }, kind: "yaml" });
  });

  test("may lack a size and a sequencer", () => {
    const { data, ...event } = gridEvent(drop);
    const { contentLength: _c, sequencer: _s, ...rest } = data as Record<string, unknown>;
    expect(readInboxMessage({ ...event, data: rest })).toEqual({
      file: { path: drop.path, etag: drop.etag },
      kind: "yaml",
    });
  });

  test.each(["with blank #1?.yml", "50%25.yml", "größe/日本語.json", "a/blobs/b.yml", "line\nbreak.yml", "../up.yml"])(
    "gives the path as it is told: %j",
    (path) => {
      expect(readInboxMessage(gridEvent({ ...drop, path }))).toMatchObject({ file: { path } });
    },
  );

  test.each([
    ["another type", { type: "Microsoft.Storage.BlobDeleted" }, 'is of type "Microsoft.Storage.BlobDeleted"'],
    ["another container", { container: "jobs" }, 'is in the container "jobs"'],
    ["the receipts", { container: "receipts", path: "a.yml.receipt.json" }, 'is in the container "receipts"'],
    [
      "a receipt that was copied to the inbox",
      { path: "a.yml.receipt.json" },
      "is no .yml, .yaml, .json, .zip or .cancel file",
    ],
    ["another file", { path: "iris/data.csv" }, "is no .yml, .yaml, .json, .zip or .cancel file"],
    ["an empty file", { size: 0 }, "is empty"],
  ])("of %s is ignored", (_what, change, ignored) => {
    const { path } = { ...drop, ...change };
    for (const event of [gridEvent, cloudEvent]) {
      const read = readInboxMessage(event({ ...drop, ...change }));
      expect(read).toMatchObject({ ignored });
      expect(read).toHaveProperty("path", "type" in change ? expect.stringContaining(path) : path);
    }
  });

  test("of an empty cancel is accepted, as it needs no content", () => {
    expect(readInboxMessage(gridEvent({ ...drop, path: "train.yml.cancel", size: 0 }))).toMatchObject({
      kind: "cancel",
    });
  });

  test.each([
    ["a text", "hello", "the root: "],
    ["nothing", null, "the root: "],
    ["a list", [gridEvent(drop)], "the root: "],
    ["no type", { ...gridEvent(drop), eventType: undefined }, "eventType: "],
    [
      "a subject that is none of a blob",
      { ...gridEvent(drop), subject: "/blobServices/default/containers/inbox" },
      "its subject is",
    ],
    ["a CloudEvent without a subject", { ...cloudEvent(drop), subject: undefined }, 'its subject is ""'],
    ["no ETag", { ...gridEvent(drop), data: { contentLength: 4 } }, "its data is wrong: eTag: "],
    ["a sequencer that is too long", gridEvent({ ...drop, sequencer: "1".repeat(201) }), "sequencer: "],
    ["another version of CloudEvents", { ...cloudEvent(drop), specversion: "0.1" }, "eventType: "],
  ])("that is invalid, %s, is rejected with the position", (_what, message, text) => {
    expect(() => readInboxMessage(message)).toThrow(text);
  });

  test("has no fields from prototypes", () => {
    expect(() =>
      readInboxMessage(
        JSON.parse('{"__proto__": {"eventType": "Microsoft.Storage.BlobCreated", "subject": "x", "data": {}}}'),
      ),
    ).toThrow("eventType");
  });
});

test("a message of the sweep has a file, too", () => {
  const found = { schema_version: 1, kind: "found", path: "a.zip", etag: "0x1" };
  expect(readInboxMessage(found)).toEqual({ file: { path: "a.zip", etag: '"0x1"' }, kind: "zip" });
  expect(readInboxMessage({ ...found, path: "a.txt" })).toMatchObject({ ignored: expect.any(String), path: "a.txt" });
});

test.each([
  ["a.yml", "yaml"],
  ["a/b.YAML", "yaml"],
  ["a.json", "json"],
  [".json", "json"],
  ["a.Zip", "zip"],
  ["a.yml.cancel", "cancel"],
  ["a.receipt.json", undefined],
  ["A.RECEIPT.JSON", undefined],
  ["yml", undefined],
  ["folder.yml/readme", undefined],
  ["a.constructor", undefined],
  ["a.__proto__", undefined],
  ["", undefined],
])("the name %j makes it %j", (path, kind) => {
  expect(inboxFileKind(path)).toBe(kind);
});

test("an empty file is not filled, except a cancel", () => {
  expect([isFilled("yaml", 0), isFilled("zip", 0), isFilled("json", 1), isFilled("cancel", 0)]).toEqual([
    false,
    false,
    true,
    true,
  ]);
});

test.each([
  ["1", "2", -1],
  ["f", "10", -1],
  ["000000000000a", "B", -1],
  ["00ff", "FF", 0],
  // Both lengths are in the documentation of Event Grid.
  ["00000000000000010000000000000000", "000000000000000000000000000000010000000000000000", 0],
  ["000000000000000000000000000000020000000000000000", "00000000000000010000000000000000", 1],
])("the sequencers %s and %s compare as %i", (a, b, sign) => {
  expect([compareSequencers(a, b), compareSequencers(b, a) + 0]).toEqual([sign, -sign + 0]);
});
