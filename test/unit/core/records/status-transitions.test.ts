import { describe, expect, test } from "vitest";
import { isTerminal, knownStatuses } from "../../../../shared/core/records/status.ts";
import { mayFollow } from "../../../../shared/core/records/status-transitions.ts";

describe("the 12 statuses", () => {
  test("are those of Azure ML", () => {
    expect(knownStatuses.toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
      "CancelRequested",
      "Canceled",
      "Completed",
      "Failed",
      "Finalizing",
      "NotResponding",
      "NotStarted",
      "Preparing",
      "Provisioning",
      "Queued",
      "Running",
      "Starting",
    ]);
  });

  test.each(knownStatuses)("%s is terminal only if it is Completed, Failed or Canceled", (status) => {
    expect(isTerminal(status)).toBe(["Completed", "Failed", "Canceled"].includes(status));
  });

  test.each(["Frobnicating", "completed", "constructor", ""])("an unknown status %j is active", (status) => {
    expect(isTerminal(status)).toBe(false);
    expect(mayFollow("Running", status)).toBe(true);
  });
});

describe("a status may follow another", () => {
  test("unless that one is terminal", () => {
    for (const from of ["Completed", "Failed", "Canceled"])
      for (const to of knownStatuses) expect(mayFollow(from, to)).toBe(false);
  });

  test("in any order while both are active", () => {
    expect(mayFollow("Running", "Queued")).toBe(true);
    expect(mayFollow("NotResponding", "Running")).toBe(true);
  });

  test("CancelRequested only if it is terminal", () => {
    const after = knownStatuses.filter((to) => mayFollow("CancelRequested", to));
    expect(after).toEqual(["CancelRequested", "Completed", "Failed", "Canceled"]);
  });
});

describe("statuses", () => {
  test("have three terminal ones among twelve", () => {
    expect(knownStatuses).toHaveLength(12);
    expect(knownStatuses.filter(isTerminal)).toEqual(["Completed", "Failed", "Canceled"]);
  });

  test.each(["Paused", "toString", "__proto__", ""])("the unknown word %j is active", (word) => {
    expect([isTerminal(word), mayFollow("Running", word), mayFollow(word, "Running")]).toEqual([false, true, true]);
  });

  test.each([
    ["NotResponding", "Running", true],
    ["Running", "Queued", true],
    ["CancelRequested", "Running", false],
    ["CancelRequested", "Completed", true],
    ["CancelRequested", "CancelRequested", true],
    ["Completed", "Failed", false],
    ["Canceled", "Running", false],
  ])("%s may be followed by %s: %s", (from, to, may) => {
    expect(mayFollow(from, to)).toBe(may);
  });
});
