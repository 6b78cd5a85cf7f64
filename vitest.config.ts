import { defineConfig } from "vitest/config";

const folders = ["unit", "property", "contract", "e2e", "fault"] as const;

/** Everything but what is long (`*.full.test.ts`, see vitest.full.config.ts). */
export default defineConfig({
  test: {
    reporters: ["default", "./test/support/count-reporter.ts"],
    hookTimeout: 60_000,
    // Many wait for processes and queues more than they compute: three keep two cores busy.
    maxWorkers: 3,
    coverage: {
      provider: "v8",
      include: ["shared/core/**"],
      reporter: ["text", "json-summary"],
      thresholds: { lines: 100 },
    },
    projects: folders.map((name) => ({
      extends: true,
      // Where real processes are started, a busy machine takes its time.
      test: {
        name,
        testTimeout: name === "e2e" || name === "fault" ? 120_000 : 30_000,
        pool: "forks" as const,
        include: [`test/${name}/**/*.test.ts`],
        exclude: ["**/*.full.test.ts"],
      },
    })),
  },
});
