/** The part of docs/parity.md about jobs with a mistake. */

import { countAnswers, readMistakes } from "../unit/core/job/mistakes.ts";
import { share } from "./share.ts";

export function mistakeSection(): readonly string[] {
  const { counts, withoutCause, withoutFix } = countAnswers(readMistakes());
  const rows = Object.entries(counts).map(([name, row]) => {
    const shares = [share(row.causeFirst, row.mistakes), share(row.oneProblem, row.mistakes)];
    const cells = [name === "all" ? "**total**" : name, ...shares, share(row.fixSuggested, row.fixable)];
    return `| ${cells.join(" | ")} |`;
  });
  return [
    "## Answers to mistakes",
    "",
    "`test/data/mistakes` has jobs with one mistake each. Its README describes how the right answers are defined.",
    "",
    "- **Cause first**: the first problem of the answer is the true cause, at its place.",
    "- **One problem**: the answer has no other problem.",
    "- **Fix suggested**: of the mistakes with one clear fix, the first problem suggests that fix as a JSON Patch.",
    "",
    "| mistakes | cause first | one problem | fix suggested |",
    "|---|---|---|---|",
    ...rows,
    "",
    ...list("Not the cause first", withoutCause),
    ...list("The clear fix is not suggested", withoutFix),
  ];
}

function list(
  title: string,
  mistakes: readonly { readonly id: string; readonly mistake: string }[],
): readonly string[] {
  if (mistakes.length === 0) return [];
  return [`${title}:`, "", ...mistakes.map(({ id, mistake }) => `- \`${id}\`: ${mistake}`), ""];
}
