/** Whatever a backend says, in whatever order it arrives: a terminal status is never left, and the newest word counts. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applyObservation, countNotFound } from "../../shared/core/records/apply-observation.ts";
import type { Observation } from "../../shared/core/records/messages.ts";
import type { JobRecord } from "../../shared/core/records/record.ts";
import { isTerminal, knownStatuses } from "../../shared/core/records/status.ts";
import { requestCancel } from "../../shared/core/records/transitions.ts";
import { newRecord } from "../support/new-record.ts";

const start = newRecord({}, { dispatch_claimed_at: "2026-03-01T12:00:00.000Z" });
const now = new Date("2026-03-02T00:00:00Z");
const at = (second: number) => new Date(Date.parse("2026-03-01T12:00:00Z") + second * 1000).toISOString();
const active = [
  ...knownStatuses.filter((status) => !isTerminal(status) && status !== "CancelRequested"),
  "SomethingNew",
];
const terminal = knownStatuses.filter(isTerminal);

type Word =
  | { readonly kind: "said"; readonly observation: Observation }
  | { readonly kind: "not_found"; readonly at: string }
  | { readonly kind: "cancel" };

function take(record: JobRecord, word: Word): JobRecord {
  if (word.kind === "cancel") return isTerminal(record.status) ? record : (requestCancel(record, now) ?? record);
  return (
    (word.kind === "said" ? applyObservation(record, word.observation, now) : countNotFound(record, word.at, now)) ??
    record
  );
}

/** A history as a backend lives it: active statuses, then perhaps one terminal one; with its own revisions, or without. */
const history = fc
  .record({
    statuses: fc.array(fc.constantFrom(...active), { minLength: 1, maxLength: 5 }),
    end: fc.option(fc.constantFrom(...terminal)),
    revisions: fc.boolean(),
  })
  .map(({ statuses, end, revisions }) =>
    (end === null ? statuses : [...statuses, end]).map(
      (status, index): Observation => ({
        status,
        observed_at: at(index + 1),
        ...(revisions ? { revision: index + 1 } : {}),
      }),
    ),
  );

function permutations<T>(items: readonly T[]): readonly (readonly T[])[] {
  if (items.length < 2) return [items];
  return items.flatMap((item, index) => permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));
}

const words = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant("said" as const),
      observation: fc.record({
        status: fc.constantFrom(...active, ...terminal),
        observed_at: fc.integer({ min: 1, max: 20 }).map(at),
      }),
    }),
    fc.record({ kind: fc.constant("not_found" as const), at: fc.integer({ min: 1, max: 20 }).map(at) }),
    fc.constant({ kind: "cancel" as const }),
  ),
  { maxLength: 30 },
);

describe("in every order of a history", () => {
  test("the newest observation decides the status", () => {
    fc.assert(
      fc.property(history, (observations) => {
        const last = observations.at(-1);
        for (const order of permutations(observations)) {
          const record = order.reduce((before, observation) => take(before, { kind: "said", observation }), start);
          expect(record.status).toBe(last?.status);
        }
      }),
      { numRuns: 60 },
    );
  });

  test("every message may come twice", () => {
    fc.assert(
      fc.property(history, fc.gen(), (observations, gen) => {
        const twice = gen(fc.shuffledSubarray, [...observations, ...observations].keys().toArray(), {
          minLength: 2 * observations.length,
        });
        const all = [...observations, ...observations];
        const record = twice.reduce(
          (before, index) => take(before, { kind: "said", observation: all[index] as Observation }),
          start,
        );
        expect(record.status).toBe(observations.at(-1)?.status);
      }),
      { numRuns: 300 },
    );
  });

  test("a cancel at any moment ends in CancelRequested or in what ended the job", () => {
    fc.assert(
      fc.property(history, fc.nat(), (observations, when) => {
        const said: Word[] = observations.map((observation) => ({ kind: "said", observation }));
        const record = said.toSpliced(when % (said.length + 1), 0, { kind: "cancel" }).reduce(take, start);
        const end = observations.at(-1)?.status ?? "";
        expect(record.status).toBe(isTerminal(end) ? end : "CancelRequested");
      }),
      { numRuns: 300 },
    );
  });
});

describe("whatever is said in whatever order", () => {
  const walk = (check: (before: JobRecord, after: JobRecord) => void) =>
    fc.assert(
      fc.property(words, (all) => {
        all.reduce((before, word) => {
          const after = take(before, word);
          check(before, after);
          return after;
        }, start);
      }),
      { numRuns: 1000 },
    );

  test("a terminal status is never left, and nothing about it changes", () => {
    walk((before, after) => {
      if (isTerminal(before.status)) expect(after).toBe(before);
    });
  });

  test("CancelRequested gives way only to a terminal status", () => {
    walk((before, after) => {
      if (before.status === "CancelRequested" && after.status !== "CancelRequested")
        expect(isTerminal(after.status)).toBe(true);
    });
  });

  test("a change is one revision on, and a changed status one timeline entry", () => {
    walk((before, after) => {
      if (after === before) return;
      expect(after.revision).toBe(before.revision + 1);
      expect(after.timeline.length).toBe(before.timeline.length + (after.status === before.status ? 0 : 1));
      expect(after.timeline.at(-1)?.status).toBe(after.status);
      expect(after.timeline.at(-1)?.seq).toBe(after.timeline.length);
    });
  });

  test("the time of the newest observation never falls", () => {
    walk((before, after) => {
      expect((after.status_observed_at ?? "") >= (before.status_observed_at ?? "")).toBe(true);
    });
  });
});
