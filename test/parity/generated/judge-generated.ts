/** Compares our verdicts on a generated case with those of the SDK. */
import { createUnsupportedIssues } from "../../../shared/backends/azureml/submit/unsupported-issues.ts";
import type { Warning } from "../../../shared/core/issues.ts";
import { loadJob } from "../../../shared/core/job/load-job.ts";
import { type AnsweredCase, filesOfCase } from "./generated-case.ts";

/** How far a job gets: `refused` when it is loaded, `blocked` when it is submitted, or `sent`. */
export type Verdict = "refused" | "blocked" | "sent";

export interface Verdicts {
  readonly ours: Verdict;
  readonly sdk: Verdict;
  /** Our first reason, with its code and pointer, or that of the SDK. */
  readonly reason: string;
  readonly answered: AnsweredCase;
  readonly warnings: readonly Warning[];
}

const unsupported = createUnsupportedIssues({ apiVersion: "2026-03-15-preview" });

export function judgeGenerated(each: AnsweredCase): Verdicts {
  const { job, issues, warnings } = loadJob(each.yaml, { files: filesOfCase(each) });
  const blocking = warnings.find((warning) => warning.blocks_submission) ?? (job && unsupported(job)[0]);
  const first = issues?.[0] ?? blocking;
  return {
    ours: job === undefined ? "refused" : blocking === undefined ? "sent" : "blocked",
    sdk: each.load !== undefined ? "refused" : each.submit !== undefined ? "blocked" : "sent",
    reason: first === undefined ? (each.load ?? each.submit ?? "") : `${first.code} ${first.pointer}: ${first.message}`,
    answered: each,
    warnings,
  };
}
