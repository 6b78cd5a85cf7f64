import { appendFileSync } from "node:fs";
import type { Reporter, TestCase, TestModule } from "vitest/node";

/** Writes the counts and failures of a run to the file in TEST_COUNTS, so that CI can report several runs together. */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const counts = { passed: 0, failed: 0, skipped: 0 };
    const failures = errors.map((error) => `outside of the tests: ${firstLine(error)}`);
    for (const module of modules) {
      failures.push(...module.errors().map((error) => `${module.relativeModuleId}: ${firstLine(error)}`));
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state !== "pending") counts[state] += 1;
        if (state === "failed") failures.push(describeFailure(test));
      }
    }
    counts.failed = failures.length;
    const file = process.env.TEST_COUNTS;
    if (file !== undefined && file !== "") appendFileSync(file, `${JSON.stringify({ ...counts, failures })}\n`);
  }
}

function describeFailure(test: TestCase): string {
  const [error] = test.result().errors ?? [];
  return `${test.module.relativeModuleId} > ${test.fullName}: ${firstLine(error)}`;
}

function firstLine(error: unknown): string {
  const text =
    error instanceof Error || (typeof error === "object" && error !== null && "message" in error)
      ? String(error.message)
      : String(error);
  return text.split("\n", 1)[0] ?? "";
}
