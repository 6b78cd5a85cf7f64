import { describe, expect, test } from "vitest";
import { applyObservation } from "../../../../shared/core/records/apply-observation.ts";
import type { JobRecord } from "../../../../shared/core/records/record.ts";
import { revise, trimTimeline } from "../../../../shared/core/records/revise.ts";
import { newRecord } from "../../../support/new-record.ts";

const now = new Date("2026-03-01T13:00:00.000Z");
const record = newRecord();

describe("a timeline", () => {
  const long = (length: number): JobRecord => ({
    ...record,
    timeline: Array.from({ length }, (_, index) => ({
      seq: index + 1,
      status: "Running",
      at: now.toISOString(),
      source: "backend" as const,
    })),
  });

  test.each([
    [500, 500, 1],
    [501, 501, 2],
    [900, 900, 401],
    [900, 100, 101],
    [900, 0, 1],
  ])("of %i entries, published up to %i, begins with %i", (length, published, first) => {
    const { timeline } = trimTimeline(long(length), published);
    expect([timeline[0]?.seq, timeline.at(-1)?.seq]).toEqual([first, length]);
  });

  test("continues its numbers after it was trimmed", () => {
    const trimmed = trimTimeline(long(900), 900);
    expect(
      applyObservation(trimmed, { status: "Completed", observed_at: "2026-03-01T12:00:20.000Z" }, now)?.timeline.at(-1)
        ?.seq,
    ).toBe(901);
  });
});

test("increments the revision and sets its time", () => {
  expect(revise(record, { archived: true }, now)).toEqual({
    ...record,
    archived: true,
    revision: 2,
    modified_at: now.toISOString(),
  });
});
