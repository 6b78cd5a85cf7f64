import { defineConfig } from "vitest/config";

/** What is long: enumerations, seeds, scale, browser. `npm test` runs the rest. */
export default defineConfig({
  test: {
    reporters: ["default", "./test/support/count-reporter.ts"],
    setupFiles: ["./test/support/job-types.ts"],
    include: ["test/**/*.full.test.ts"],
    passWithNoTests: true,
    testTimeout: 600_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    pool: "forks",
  },
});
