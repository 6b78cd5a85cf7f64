/** Policies that stop trials of a sweep early. @see azure/ai/ml/_schema/_sweep/sweep_termination.py */
import { isMapping, type Value } from "../../yaml/value.ts";
import { byType, fields, lookUp } from "../schema/containers.ts";
import { snake, word } from "../schema/enums.ts";
import { float, integer } from "../schema/scalars.ts";
import { field, jsonSchema, optional, type Piece, piece, readBy } from "../schema/schema.ts";
import type { Widen } from "./run-settings.ts";
import type { Numeric } from "./search-space.ts";

/** A policy that stops trials early. In the SDK, null differs from the default, so it is kept. */
export interface EarlyTermination {
  readonly type: string;
  readonly evaluation_interval?: number | bigint | null | undefined;
  readonly delay_evaluation?: number | bigint | null | undefined;
  readonly slack_factor?: Numeric | null | undefined;
  readonly slack_amount?: Numeric | null | undefined;
  readonly truncation_percentage?: number | bigint | undefined;
}

export function nullable<T>(inner: Piece<T>): Piece<T | null> {
  return piece(
    (value, report) => (value === null ? null : (readBy(inner, value, report) as T)),
    () => ({ anyOf: [jsonSchema(inner), { type: "null" }] }),
  );
}

const zero = readFloat(0);

const aboutPolicy =
  "Policy that chooses the trials to stop: those behind the best one, those below the median, or a share of the worst.";

type Policy = readonly [Piece<EarlyTermination>, defaults: Omit<EarlyTermination, "type">];

function policiesOf(widen: Widen): Readonly<Record<string, Policy>> {
  const count = widen(nullable(integer));
  const slack = widen(nullable(float));
  const intervals = {
    evaluation_interval: optional(
      count,
      "Interval between two applications of the policy, as a number of times that the metric is logged.",
    ),
    delay_evaluation: optional(count, "Number of intervals before the policy is applied for the first time."),
  };
  return {
    bandit: [
      fields({
        type: field(word(["bandit"], snake), aboutPolicy),
        ...intervals,
        slack_factor: optional(slack, "Largest allowed distance to the best trial, as a ratio."),
        slack_amount: optional(slack, "Largest allowed distance to the best trial, as an absolute amount."),
      }),
      { delay_evaluation: 0, evaluation_interval: 0, slack_amount: zero, slack_factor: zero },
    ],
    median_stopping: [
      fields({ type: field(word(["median_stopping"], snake), aboutPolicy), ...intervals }),
      { delay_evaluation: 0, evaluation_interval: 1 },
    ],
    truncation_selection: [
      fields({
        type: field(word(["truncation_selection"], snake), aboutPolicy),
        ...intervals,
        truncation_percentage: field(
          widen(integer),
          "Share of the worst trials that is ended at each interval, in percent.",
        ),
      }),
      { delay_evaluation: 0, evaluation_interval: 0 },
    ],
  };
}

function readFloat(value: number): Numeric {
  return float.parse(value) as Numeric;
}

export function earlyTerminationOf(widen: Widen): Piece<EarlyTermination> {
  const policies = policiesOf(widen);
  const anyPolicy = byType<EarlyTermination>(
    Object.fromEntries(Object.entries(policies).map(([name, [policy]]) => [name, policy])),
    snake,
  );
  return piece(
    (value, report) => {
      const type = isMapping(value) && typeof value.type === "string" ? snake(value.type) : undefined;
      const [policy, defaults] = (type === undefined ? undefined : lookUp(policies, type)) ?? [anyPolicy, {}];
      return { ...defaults, ...(readBy(policy, value as Value, report) ?? { type: "" }) };
    },
    () => jsonSchema(anyPolicy),
  );
}
