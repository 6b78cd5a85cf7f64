import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { IndexEntry } from "../../../../shared/core/ports/job-index.ts";
import { fromRow, indexKey, toRow } from "../../../../shared/storage/tables/index-row.ts";

const entry: IndexEntry = {
  name: "iris",
  type: "command",
  status: "Running",
  experiment_name: "Default",
  owner: "local",
  created_by: "local",
  created_at: "2026-03-01T12:00:00.000Z",
  tags: {},
  archived: false,
  revision: 1,
};

const lengthOf = (column: string | number | boolean) => (typeof column === "string" ? column.length : 0);

describe("an index row", () => {
  test.each([30_999, 31_000, 31_001, 62_000, 100_000])(
    "splits a text of %i characters into columns of less than 64 KiB",
    (length) => {
      const row = toRow({ ...entry, description: "d".repeat(length) });
      expect(Math.max(...Object.values(row).map(lengthOf))).toBeLessThanOrEqual(31_000);
      expect(fromRow(row).description?.length).toBe(length);
    },
  );

  test.each([0, 1])("keeps the halves of a character together (%i before it)", (before) => {
    const description = "d".repeat(before) + "🙂".repeat(40_000);
    const row = toRow({ ...entry, description });
    expect(Object.values(row).every((column) => typeof column !== "string" || column.isWellFormed())).toBe(true);
    expect(fromRow(row).description === description).toBe(true);
  });

  test("distinguishes an empty text from a missing one", () => {
    expect(fromRow(toRow({ ...entry, description: "" }))).toEqual({ ...entry, description: "" });
    expect(fromRow(toRow(entry))).toEqual(entry);
  });

  test("round-trips any entry", () => {
    const text = fc.string({ unit: "grapheme", maxLength: 50 });
    const tags = fc.dictionary(text, fc.option(text), { maxKeys: 5 });
    fc.assert(
      fc.property(text, text, tags, (display_name, experiment_name, given) => {
        const whole = { ...entry, display_name, experiment_name, tags: given };
        expect(fromRow(toRow(whole))).toEqual(whole);
      }),
    );
  });

  test("sorts before the rows of older jobs", () => {
    const key = (at: Date) => {
      const { partitionKey, rowKey } = indexKey("iris", at);
      return `${partitionKey} ${rowKey}`;
    };
    const time = fc.date({ min: new Date("1990-01-01"), max: new Date("2200-01-01"), noInvalidDate: true });
    fc.assert(
      fc.property(
        time,
        time,
        (a, b) => Math.sign(a.getTime() - b.getTime()) === Math.sign(key(b) < key(a) ? -1 : key(b) > key(a) ? 1 : 0),
      ),
    );
  });
});
