import { existsSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  checkMove,
  isAtBackend,
  isBeforeDispatch,
  isCanceling,
  isFinished,
  mayStillRun,
  moves,
  type Phase,
  phaseOf,
} from "../../../../shared/core/records/phases.ts";
import { knownStatuses } from "../../../../shared/core/records/status.ts";
import { newRecord } from "../../../support/new-record.ts";

const phases = Object.keys(moves) as readonly Phase[];
const at = "2026-03-01T12:00:00.000Z";
const [claim, dispatch, cancel] = [
  { dispatch_claimed_at: at },
  { dispatched_at: at },
  { cancel_requested_at: at },
] as const;

describe("the phase of a record", () => {
  test.each([
    ["accepted", "NotStarted", {}],
    ["claimed", "NotStarted", claim],
    ["cancelingClaimed", "CancelRequested", { ...claim, ...cancel }],
    ["dispatched", "Running", { ...claim, ...dispatch }],
    ["dispatched", "CancelRequested", { ...claim, ...dispatch }],
    ["dispatched", "a later word", { ...claim, ...dispatch }],
    ["cancelingDispatched", "CancelRequested", { ...claim, ...dispatch, ...cancel }],
    ["finished", "Canceled", cancel],
    ["finished", "Completed", { ...claim, ...dispatch }],
    ["deleting", "Failed", { ...claim, deleted_at: at }],
  ] as const)("is %s with the status %s and the fields %j", (phase, status, fields) => {
    expect(phaseOf(newRecord({}, { status, ...fields }))).toBe(phase);
  });

  test("is exactly one for any combination of fields, and in one group of phases", () => {
    const field = fc.option(fc.constant(at), { nil: undefined });
    const records = fc.record({
      status: fc.oneof(fc.constantFrom(...knownStatuses), fc.string()),
      dispatch_claimed_at: field,
      dispatched_at: field,
      cancel_requested_at: field,
      deleted_at: field,
    });
    fc.assert(
      fc.property(records, (fields) => {
        const record = newRecord({}, JSON.parse(JSON.stringify(fields)));
        expect(phases).toContain(phaseOf(record));
        expect([isFinished, isBeforeDispatch, isAtBackend].filter((holds) => holds(record))).toHaveLength(1);
        expect(isCanceling(record)).toBe(phaseOf(record).startsWith("canceling"));
      }),
    );
  });
});

describe("a move", () => {
  const records = {
    accepted: newRecord(),
    claimed: newRecord({}, claim),
    cancelingClaimed: newRecord({}, { ...claim, ...cancel }),
    dispatched: newRecord({}, { ...claim, ...dispatch }),
    cancelingDispatched: newRecord({}, { ...claim, ...dispatch, ...cancel }),
    finished: newRecord({}, { status: "Completed" }),
    deleting: newRecord({}, { status: "Completed", deleted_at: at }),
  };
  const pairs = phases.flatMap((from) => phases.map((to) => [from, to] as const));

  test.each(pairs)("from %s to %s is refused unless the table has it", (from, to) => {
    const check = () => checkMove(records[from], records[to]);
    if (from === to || moves[from][to] !== undefined) expect(check).not.toThrow();
    else expect(check).toThrow(`Job iris cannot move from the phase ${from} to ${to}.`);
  });

  test("never leads back, and each phase is reached from accepted", () => {
    const reached = new Set<Phase>();
    const follow = (from: Phase, before: readonly Phase[]): void => {
      expect(before).not.toContain(from);
      reached.add(from);
      for (const to of Object.keys(moves[from])) follow(to as Phase, [...before, from]);
    };
    follow("accepted", []);
    expect(reached).toEqual(new Set(phases));
  });

  test("is made by functions that exist", () => {
    const functions = Object.values(moves).flatMap((next) => Object.values(next).flat());
    const folders = ["http/jobs", "queues", "timers"];
    for (const name of functions)
      expect(
        folders.some((folder) => existsSync(`functions/${folder}/${name}.ts`)),
        name,
      ).toBe(true);
  });
});

test.each([
  [{ ...claim }, true],
  [{}, false],
  [{ ...claim, ...dispatch }, false],
])("a finished job with %j may still run at the backend: %s", (fields, may) => {
  expect(mayStillRun(newRecord({}, { status: "Failed", ...fields }))).toBe(may);
  expect(mayStillRun(newRecord({}, { status: "Running", ...fields }))).toBe(false);
});
