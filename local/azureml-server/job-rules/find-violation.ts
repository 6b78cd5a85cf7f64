/**
 * Rules by which this fake refuses jobs. They look at REST bodies only and share no code with the validation of the
 * service, so that a job that the service wrongly accepts is refused here.
 */
import type { JsonObject } from "../request-and-reply.ts";
import { nodeBindingRule, taskBindingRule } from "./binding-rules.ts";
import { computeRule } from "./compute-rule.ts";
import { environmentRule } from "./environment-rule.ts";
import { experimentNameRule } from "./experiment-name-rule.ts";
import { type FindComponent, jobParts } from "./job-parts.ts";
import type { JobRule, Violation } from "./job-rule.ts";
import { requiredInputRule } from "./required-input-rule.ts";
import { sparkRuntimeRule } from "./spark-runtime-rule.ts";

const rules: readonly JobRule[] = [
  experimentNameRule,
  environmentRule,
  computeRule,
  taskBindingRule,
  nodeBindingRule,
  requiredInputRule,
  sparkRuntimeRule,
];

/** The first violation of a rule. */
export function findViolation(sent: JsonObject, findComponent: FindComponent): Violation | undefined {
  const { tasks, graphs } = jobParts(sent, findComponent);
  const found = rules.flatMap(({ job, task, graph }) => [
    job?.(sent),
    ...tasks.map((each) => task?.(each)),
    ...graphs.map((each) => graph?.(each)),
  ]);
  return found.find((violation) => violation !== undefined);
}
