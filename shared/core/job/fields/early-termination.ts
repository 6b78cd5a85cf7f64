/** Policies that stop trials of a sweep early. @see azure/ai/ml/_schema/_sweep/sweep_termination.py */

import * as z from "zod/mini";
import { toFloat } from "../../yaml/value.ts";
import { byType } from "../schema/containers.ts";
import { transformed } from "../schema/custom.ts";
import { enumOf, snake } from "../schema/enums.ts";
import { fields } from "../schema/fields.ts";
import { float, integer } from "../schema/scalars.ts";
import { optional, required, type Schema } from "../schema/schema.ts";
import type { Widen } from "./run-settings.ts";
import type { Numeric } from "./search-space.ts";

/** A policy that stops trials early. In the SDK, null differs from the default, so it is kept. */
export type EarlyTermination = {
  readonly type: string;
  readonly evaluation_interval?: number | bigint | null | undefined;
  readonly delay_evaluation?: number | bigint | null | undefined;
  readonly slack_factor?: Numeric | null | undefined;
  readonly slack_amount?: Numeric | null | undefined;
  readonly truncation_percentage?: number | bigint | undefined;
};

const zero = toFloat(0);

const aboutPolicy =
  "Policy that stops trials: trials worse than the best by a margin, trials below the median, or a share of the worst.";

type Policy = readonly [Schema<EarlyTermination>, defaults: Omit<EarlyTermination, "type">];

function policiesOf(widen: Widen): Readonly<Record<string, Policy>> {
  const count = widen(z.nullable(integer));
  const slack = widen(z.nullable(float));
  const intervals = {
    evaluation_interval: optional(
      count,
      "Number of times that the metric is logged between two applications of the policy.",
    ),
    delay_evaluation: optional(count, "Number of intervals before the policy is applied for the first time."),
  };
  return {
    bandit: [
      fields({
        type: required(enumOf(["bandit"], snake), aboutPolicy),
        ...intervals,
        slack_factor: optional(slack, "Largest allowed distance to the best trial, as a ratio."),
        slack_amount: optional(slack, "Largest allowed distance to the best trial, as an absolute amount."),
      }),
      { delay_evaluation: 0, evaluation_interval: 0, slack_amount: zero, slack_factor: zero },
    ],
    median_stopping: [
      fields({ type: required(enumOf(["median_stopping"], snake), aboutPolicy), ...intervals }),
      { delay_evaluation: 0, evaluation_interval: 1 },
    ],
    truncation_selection: [
      fields({
        type: required(enumOf(["truncation_selection"], snake), aboutPolicy),
        ...intervals,
        truncation_percentage: required(
          widen(integer),
          "Percentage of trials, those with the worst results, that are stopped at each interval.",
        ),
      }),
      { delay_evaluation: 0, evaluation_interval: 0 },
    ],
  };
}

export function earlyTerminationOf(widen: Widen): Schema<EarlyTermination> {
  const policies = Object.entries(policiesOf(widen)).map(([name, [policy, defaults]]) => {
    const completed = transformed<EarlyTermination, EarlyTermination>(policy, (given) => ({ ...defaults, ...given }));
    return [name, completed] as const;
  });
  return byType(Object.fromEntries(policies), snake);
}
