/** For any observations in any order: a terminal status is final, and the newest observation counts. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applyObservation, countNotFound } from "../../shared/core/records/apply-observation.ts";
import type { Observation } from "../../shared/core/records/messages.ts";
import type { JobRecord } from "../../shared/core/records/record.ts";
import { requestCancel } from "../../shared/core/records/record-changes.ts";
import { isTerminal, knownStatuses } from "../../shared/core/records/status.ts";
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

/** A history of statuses in a backend: active ones, then at most one terminal one, with or without revisions. */
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
  test("in any order of observations, the newest one determines the status", () => {
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

  test("in any order of messages, a duplicate changes nothing", () => {
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

  test("a cancel at any time leads to CancelRequested or to the final status of the job", () => {
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

  test("a job with a terminal status never changes", () => {
    walk((before, after) => {
      if (isTerminal(before.status)) expect(after).toBe(before);
    });
  });

  test("CancelRequested is only followed by a terminal status", () => {
    walk((before, after) => {
      if (before.status === "CancelRequested" && after.status !== "CancelRequested")
        expect(isTerminal(after.status)).toBe(true);
    });
  });

  test("each change increments the revision, and each change of status adds one timeline entry", () => {
    walk((before, after) => {
      if (after === before) return;
      expect(after.revision).toBe(before.revision + 1);
      expect(after.timeline.length).toBe(before.timeline.length + (after.status === before.status ? 0 : 1));
      expect(after.timeline.at(-1)?.status).toBe(after.status);
      expect(after.timeline.at(-1)?.seq).toBe(after.timeline.length);
    });
  });

  test("the time of the newest observation never decreases", () => {
    walk((before, after) => {
      expect((after.status_observed_at ?? "") >= (before.status_observed_at ?? "")).toBe(true);
    });
  });
});
