import { describe, expect, test } from "vitest";
import {
  isNewerThanReceipt,
  type Receipt,
  readReceipt,
  receiptPath,
  supersedes,
} from "../../../../shared/core/records/receipt.ts";
import { quoteETag } from "../../../../shared/core/text/etag.ts";

function receipt(changes: Partial<Receipt> = {}): Receipt {
  return {
    schema_version: 1,
    path: "a.yml",
    etag: '"2"',
    answered_at: "2026-03-01T12:00:00.000Z",
    outcome: "accepted",
    ...changes,
  };
}

test.each([
  ["0x1", '"0x1"'],
  ['"0x1"', '"0x1"'],
])("the ETag %s is %s in a condition", (etag, quoted) => {
  expect(quoteETag(etag)).toBe(quoted);
});

describe("the path of a receipt", () => {
  test("is that of its file, with .receipt.json at the end", () => {
    expect(receiptPath("größe/train me.yml")).toBe("größe/train me.yml.receipt.json");
  });

  test.each(["../jobs/a.yml", "a//b.yml", "/a.yml", "a\nb.yml", "a\\b.yml", `${"x".repeat(1020)}.yml`, "\u0001.yml"])(
    "is a digest for %j, which leads elsewhere or is too long to add to",
    (path) => {
      expect(receiptPath(path)).toMatch(/^invalid-names\/[0-9a-f]{64}\.receipt\.json$/);
    },
  );

  test("fits into a blob name for the longest accepted path", () => {
    expect(receiptPath(`${"x".repeat(896)}.yml`).length).toBeLessThanOrEqual(1024);
  });
});

describe("a stored receipt", () => {
  test("is read if it is one of this file", () => {
    expect(readReceipt(JSON.stringify(receipt()), "a.yml")).toEqual(receipt());
  });

  test.each([
    "",
    "hello",
    "null",
    "[]",
    '{"schema_version": 2, "path": "a.yml", "etag": "1"}',
    JSON.stringify(receipt({ path: "b.yml" })),
  ])("is undefined for %j", (text) => {
    expect(readReceipt(text, "a.yml")).toBeUndefined();
  });
});

describe("a file", () => {
  test.each([
    ["the same content", { etag: '"2"' }, {}, false],
    ["another content", { etag: '"3"' }, {}, true],
    ["a later event", { etag: '"3"', sequencer: "0b" }, { sequencer: "0A" }, true],
    ["an earlier event", { etag: '"1"', sequencer: "09" }, { sequencer: "0A" }, false],
    ["an event without a sequencer", { etag: '"3"' }, { sequencer: "0A" }, true],
    ["an event where the sweep answered", { etag: '"3"', sequencer: "01" }, {}, true],
  ])("of %s is unanswered or not", (_what, file, changes, unanswered) => {
    expect(isNewerThanReceipt({ path: "a.yml", ...file }, receipt(changes))).toBe(unanswered);
  });
});

describe("a receipt replaces another", () => {
  const early = "2026-03-01T12:00:00.000Z";
  const late = "2026-03-01T12:00:01.000Z";
  test.each<[string, Partial<Receipt>, Partial<Receipt>, boolean]>([
    ["never of the same content", {}, { dropped_at: early }, false],
    [
      "of an earlier event",
      { etag: '"3"', sequencer: "b", dropped_at: early },
      { sequencer: "a", dropped_at: late },
      true,
    ],
    ["never of a later event", { etag: '"1"', sequencer: "a" }, { sequencer: "b" }, false],
    ["of an earlier drop", { etag: '"3"', dropped_at: late }, { dropped_at: early }, true],
    ["of one of the same second", { etag: '"3"', dropped_at: late }, { dropped_at: late }, true],
    ["never of a later drop", { etag: '"1"', dropped_at: early }, { dropped_at: late }, false],
    ["never of one that was seen, when nobody looked at its own", { etag: '"1"' }, { dropped_at: late }, false],
    ["of one that nobody looked at", { etag: '"3"', dropped_at: late }, {}, true],
    ["of one that nobody looked at either", { etag: '"3"' }, {}, true],
  ])("%s", (_what, mine, other, does) => {
    expect(supersedes(receipt(mine), receipt(other))).toBe(does);
  });
});
