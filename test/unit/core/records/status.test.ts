import { describe, expect, test } from "vitest";
import { isTerminal, knownStatuses, mayFollow } from "../../../../shared/core/records/status.ts";

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

  test.each(["Frobnicating", "completed", "constructor", ""])("%j, which nobody knows, is active", (status) => {
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
