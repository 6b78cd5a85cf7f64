/** Schedules of events: calls, messages, timers, crashes, outages, and lost, late and repeated responses. */
import fc from "fast-check";
import type { Step } from "../support/memory/run-schedule.ts";

const name = fc.constantFrom("iris", "rose");
const method = fc.constantFrom("submit", "observe", "cancel");
const trouble = fc.record(
  {
    failure: fc.option(
      fc.record({
        kind: fc.constantFrom("crash", "outage"),
        call: fc.integer({ min: 1, max: 12 }),
        when: fc.constantFrom("before", "after"),
      } as const),
      { nil: undefined, freq: 2 },
    ),
    background: fc.constantFrom(false, false, false, true),
  },
  { noNullPrototype: true },
);
const troubled = <T extends object>(step: fc.Arbitrary<T>) =>
  fc.tuple(step, trouble).map(([what, how]) => ({ ...what, ...how }));
const todo = <const Name extends Step["do"]>(what: Name) => fc.constant(what);

const step = fc.oneof(
  { weight: 3, arbitrary: troubled(fc.record({ do: todo("submit"), name })) },
  {
    weight: 12,
    arbitrary: troubled(
      fc.record({ do: todo("deliver"), pick: fc.nat(20), again: fc.constantFrom(false, false, true) }),
    ),
  },
  { weight: 2, arbitrary: troubled(fc.record({ do: todo("cancel"), name })) },
  { weight: 3, arbitrary: troubled(fc.record({ do: todo("poll") })) },
  { weight: 2, arbitrary: troubled(fc.record({ do: todo("heal") })) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: todo("run"),
      name,
      status: fc.constantFrom("Preparing", "Running", "NotResponding", "Completed", "Failed"),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: todo("plan"),
      method,
      fault: fc.constantFrom("unreachable", "lost", "twice", "broken", "broke", "throttled", "late"),
    } as const),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: todo("outage"),
      method,
      kind: fc.constantFrom("unreachable", "lost", "broken", "broke", undefined),
    } as const),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: todo("sink"), fault: fc.constantFrom("fails", "half", "lost", undefined) } as const),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: todo("wait"), seconds: fc.constantFrom(1, 2, 15, 30, 60, 61, 300, 900, 90_000) }),
  },
);

/** A schedule that begins with a submission. */
export const schedules: fc.Arbitrary<readonly Step[]> = fc
  .tuple(
    troubled(fc.record({ do: todo("submit"), name: fc.constant("iris") })),
    fc.array(step, { minLength: 5, maxLength: 40 }),
  )
  .map(([first, rest]) => [first, ...rest] as readonly Step[]);

/** The same, but the backend may also reject jobs. */
export const schedulesWithRefusals: fc.Arbitrary<readonly Step[]> = fc
  .tuple(schedules, fc.array(fc.nat(), { minLength: 1, maxLength: 4 }))
  .map(([steps, places]) =>
    places.reduce<readonly Step[]>((all, place) => all.toSpliced(place % (all.length + 1), 0, { do: "refuse" }), steps),
  );
