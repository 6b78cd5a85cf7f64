import { appendFileSync } from "node:fs";
import type { Reporter, TestModule } from "vitest/node";

/** Writes the counts of a run to the file in TEST_COUNTS, so that CI can add up several runs. */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const counts = { passed: 0, failed: errors.length, skipped: 0 };
    for (const module of modules) {
      if (module.errors().length > 0) counts.failed += 1;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === "passed" || state === "failed" || state === "skipped") counts[state] += 1;
      }
    }
    const file = process.env.TEST_COUNTS;
    if (file !== undefined && file !== "") appendFileSync(file, `${JSON.stringify(counts)}\n`);
  }
}
